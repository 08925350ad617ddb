import { isJsonObject } from '@qdn/json';

/** A value somewhere in a packaged CloudFormation template, with the way to it for error messages. */
export type Found = { readonly value: unknown; readonly where: string };

const wrong = (found: Found, wanted: string): Error =>
  new Error(
    `The packaged template has no ${wanted} at ${found.where}, but ${JSON.stringify(found.value) ?? 'nothing'}.`,
  );

/** Goes down by property names; what is missing on the way is found as undefined. */
export const find = (found: Found, ...names: string[]): Found =>
  names.reduce<Found>(
    (at, name) => ({ value: isJsonObject(at.value) ? at.value[name] : undefined, where: `${at.where}.${name}` }),
    found,
  );

export const isThere = (found: Found): boolean => found.value !== undefined && found.value !== null;

/** @throws Error that names the place, as do the others */
export const textAt = (found: Found): string => {
  if (typeof found.value !== 'string') throw wrong(found, 'text');
  return found.value;
};

/** CloudFormation takes numbers and booleans as text, too. */
export const numberAt = (found: Found): number => {
  const value = Number(found.value);
  if (!isThere(found) || found.value === '' || Number.isNaN(value)) throw wrong(found, 'number');
  return value;
};

export const flagAt = (found: Found): boolean => found.value === true || found.value === 'true';

export const listAt = (found: Found): Found[] => {
  if (!isThere(found)) return [];
  if (!Array.isArray(found.value)) throw wrong(found, 'list');
  return found.value.map((value: unknown, i) => ({ value, where: `${found.where}[${i}]` }));
};

export const textsAt = (found: Found): string[] => listAt(found).map(textAt);

/** The logical ID behind `Ref` or `Fn::GetAtt`. */
export const referenceAt = (found: Found): string => {
  const ref = find(found, 'Ref');
  if (isThere(ref)) return textAt(ref);
  const [logicalId] = listAt(find(found, 'Fn::GetAtt'));
  if (!logicalId) throw wrong(found, 'reference');
  return textAt(logicalId);
};

/** The properties of a resource by its logical ID. */
export const resource = (template: unknown, logicalId: string, type: string): Found => {
  const found = find({ value: template, where: 'template' }, 'Resources', logicalId);
  if (find(found, 'Type').value !== type) throw wrong(found, type);
  return find(found, 'Properties');
};

/** Every resource of a type: its logical ID and properties. */
export const resourcesOf = (template: unknown, type: string): Array<{ logicalId: string; properties: Found }> => {
  const all = find({ value: template, where: 'template' }, 'Resources');
  if (!isJsonObject(all.value)) throw wrong(all, 'resources');
  return Object.keys(all.value)
    .filter((logicalId) => find(all, logicalId, 'Type').value === type)
    .map((logicalId) => ({ logicalId, properties: find(all, logicalId, 'Properties') }));
};
