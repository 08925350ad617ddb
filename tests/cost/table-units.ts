import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { resourcesOf, type Template } from '@qdn/cloudformation/template';
import { clientSettings } from '@qdn/emulator-aws/client-settings';

/*
 * A proxy in front of the emulator that counts the units that DynamoDB would bill. The emulator reports reads, but omits the
 * writes of indexes. So the proxy reads each item before and after a write.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */

type Item = Record<string, AttributeValue>;
type Index = { keys: string[]; projected: string[] };

const KEY = ['pk', 'sk'];
/** Size of a write unit, in bytes. */
const WRITE_BYTES = 1024;

/** Returns the size of a value in bytes, as DynamoDB counts it (developer guide, "item sizes and formats"). */
const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/[-.]/g, '').length / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.L) return 3 + value.L.reduce((sum, one) => sum + 1 + valueBytes(one), 0);
  if (value.M)
    return 3 + Object.entries(value.M).reduce((sum, [name, one]) => sum + 1 + name.length + valueBytes(one), 0);
  const set = value.SS ?? value.NS;
  return set ? set.reduce((sum, one) => sum + Buffer.byteLength(one), 0) : 1;
};
const itemBytes = (item: Item | null): number =>
  Object.entries(item ?? {}).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const unitsFor = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_BYTES));

/** Returns an index's entry for an item; null if the index does not include it. */
const entryOf = ({ keys, projected }: Index, item: Item | null): Item | null => {
  if (!item || keys.some((key) => item[key] === undefined)) return null;
  const names = [...new Set([...KEY, ...keys, ...projected])];
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
};

/** Moving an index entry takes a delete and a write. */
const indexUnits = (index: Index, before: Item | null, after: Item | null): number => {
  const [was, is] = [entryOf(index, before), entryOf(index, after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return 0;
  const moved = was && is && index.keys.some((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
  return moved ? unitsFor(itemBytes(was)) + unitsFor(itemBytes(is)) : unitsFor(Math.max(itemBytes(was), itemBytes(is)));
};

const indexesOf = (templates: readonly Template[]): Map<string, Index[]> =>
  new Map(
    templates
      .flatMap((template) => resourcesOf(template, 'AWS::DynamoDB::Table'))
      .map(({ properties }) => {
        const indexes: unknown = properties['GlobalSecondaryIndexes'] ?? [];
        return [
          String(properties['TableName']),
          (Array.isArray(indexes) ? indexes : []).map(({ KeySchema, Projection }) => ({
            keys: KeySchema.map(({ AttributeName }: { AttributeName: string }) => AttributeName),
            projected: Projection.NonKeyAttributes ?? [],
          })),
        ];
      }),
  );

export type TableUnits = { writes: number; reads: number; bytes: Record<string, number> };

/** Starts a proxy that forwards every request to DynamoDB. @param onUnits called with the units of each finished request */
export const startTableUnits = async (
  endpoint: string,
  templates: readonly Template[],
  onUnits: (units: TableUnits) => void,
) => {
  const indexes = indexesOf(templates);
  const client = new DynamoDBClient(clientSettings(endpoint));
  const find = async (table: string, key: Item): Promise<Item | null> =>
    (await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item ?? null;

  const server = createServer(async (incoming, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const input = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
      const isWrite = /^(Put|Update|Delete)Item$/.test(operation);
      if (!isWrite && !/^(GetItem|Query|BatchGetItem)$/.test(operation))
        throw new Error(`The cost of ${operation} is unknown. Add it to tests/cost/table-units.ts`);
      const table = String(input.TableName);
      const source: Item = input.Key ?? input.Item ?? {};
      const key = Object.fromEntries(KEY.flatMap((name) => (source[name] ? [[name, source[name]]] : [])));
      const before = isWrite ? await find(table, key) : null;
      const {
        host: _,
        connection: __,
        'content-length': ___,
        'transfer-encoding': ____,
        ...headers
      } = incoming.headers;
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
        body: JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
      });
      const text = await answer.text();
      if (isWrite) {
        const after = await find(table, key);
        const own = indexes.get(table) ?? [];
        onUnits({
          // A write whose condition fails is billed too.
          writes:
            unitsFor(Math.max(itemBytes(before), itemBytes(after))) +
            own.reduce((sum, index) => sum + indexUnits(index, before, after), 0),
          reads: 0,
          bytes: {
            [table]: [
              (item: Item | null) => itemBytes(item),
              ...own.map((index) => (item: Item | null) => itemBytes(entryOf(index, item))),
            ]
              .map((size) => size(after) - size(before))
              .reduce((sum, one) => sum + one, 0),
          },
        });
      } else {
        const consumed: Array<{ CapacityUnits?: number }> = [JSON.parse(text).ConsumedCapacity ?? {}].flat();
        // A read that finds nothing is billed too.
        const reads = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + Math.max(0.5, CapacityUnits), 0);
        onUnits({ writes: 0, reads, bytes: {} });
      }
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'InternalServerError', message: String(error) }));
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async (): Promise<void> => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
