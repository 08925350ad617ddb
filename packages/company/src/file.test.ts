import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mistakesIn } from './check.ts';
import { checkCompanyFile, findCompany, readCompanyFile } from './file.ts';
import { functionsJson, functionsLine, MAX_COMPANY_BYTES } from './for-functions.ts';
import { readCompany } from './packaged-company.ts';

const company = {
  name: 'Blue Bins',
  phone: '+15125550100',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  contacts: [{ id: 'dana', name: 'Dana', phone: '+15125550171' }],
  trailers: [{ id: 'T1' }],
  relay: { receipt: true },
};

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'company-'));
  mkdirSync(join(repository, 'config'));
});
afterEach(() => rmSync(repository, { recursive: true }));
const write = (file: string, content: string | Buffer) => writeFileSync(join(repository, file), content);

test('prefers QDN_COMPANY_FILE, then the owner’s file, then the example', () => {
  const find = (environment = {}) => findCompany(repository, environment);
  expect(find()).toEqual({
    path: join(repository, 'config/company.example.json'),
    name: 'config/company.example.json',
    isExample: true,
  });
  write('config/company.json', '{}');
  expect(find()).toMatchObject({ name: 'config/company.json', isExample: false });
  expect(find({ QDN_COMPANY_FILE: '/elsewhere/company.json' })).toMatchObject({
    path: '/elsewhere/company.json',
    name: '/elsewhere/company.json',
    isExample: false,
  });
  expect(find({ QDN_COMPANY_FILE: 'config/company.example.json' })).toMatchObject({ isExample: true });
});

test('reads a file, and reports mistakes with its name', () => {
  write('config/company.json', JSON.stringify(company));
  const found = findCompany(repository, {});
  expect(readCompanyFile(found)).toEqual(company);
  write('config/company.json', JSON.stringify({ ...company, phone: '1' }));
  expect(() => readCompanyFile(found)).toThrow(/^config\/company\.json: Line 1: phone "1" is not a number/);
  write('config/company.json', JSON.stringify({ ...company, phone: '1', timeZone: 1 }));
  expect(() => readCompanyFile(found)).toThrow(
    /^config\/company\.json has 2 mistakes:\n {2}Line 1: phone .*\n {2}Line 1: timeZone /,
  );
  expect(checkCompanyFile(found)).toHaveLength(2);
  rmSync(join(repository, 'config/company.json'));
  expect(checkCompanyFile(found)).toEqual(['The file does not exist. Create it with: ./qdn init']);
});

test('expects a small logo beside the file', () => {
  write('config/company.json', JSON.stringify({ ...company, brand: { logo: 'ours.svg' } }));
  const found = findCompany(repository, {});
  expect(checkCompanyFile(found)).toEqual(['brand.logo "ours.svg" does not exist. Put it beside company.json.']);
  write('config/ours.svg', Buffer.alloc(60_000));
  expect(checkCompanyFile(found)).toEqual([expect.stringContaining('brand.logo has 60 KB; the maximum is 50.')]);
  write('config/ours.svg', '<svg/>');
  expect(checkCompanyFile(found)).toEqual([]);
});

test('gives functions one line with only the fields that they use', () => {
  const { trailers: _, ...used } = company;
  const line = functionsJson({ $schema: './company.schema.json', brand: { colour: '#1d4ed8' }, stops: [], ...company });
  expect(JSON.parse(line)).toEqual({ ...used, fleet: ['T1'] });
  expect(line).not.toContain('\n');
});

test('gives functions as many trailer IDs as fit', () => {
  const trailers = Array.from({ length: 1000 }, (_, i) => ({ id: `T${i}` }));
  const line = functionsJson({ ...company, trailers });
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_COMPANY_BYTES);
  expect(readCompany(line).trailers.slice(0, 3)).toEqual(['T0', 'T1', 'T2']);
  expect(readCompany(line).trailers.length).toBeGreaterThan(200);
  const { trailers: _, ...without } = company;
  expect(readCompany(functionsJson(without)).trailers).toEqual([]);
});

test('gives functions the drivers, each once with the trailers', () => {
  const ray = { name: 'Ray', phone: '+15125550131' };
  const trailers = [{ id: 'T1', drivers: [ray] }, { id: 'T2', drivers: [ray] }, { id: 'T3' }];
  expect(readCompany(functionsJson({ ...company, trailers })).drivers).toEqual([{ ...ray, trailers: ['T1', 'T2'] }]);
});

test('gives functions the trailers of GPS units by their external IDs', () => {
  const trailers = [{ id: 'T1', externalId: '860000000000013' }, { id: 'T2' }];
  expect(JSON.parse(functionsJson({ ...company, trailers }))).toMatchObject({ units: { '860000000000013': 'T1' } });
});

test('gives functions fifty contacts with quiet hours and a rota, compressed', () => {
  const names = ['Dana Alvarez', 'Luis Ortega', 'Ana Flores', 'Tom Becker', 'Priya Natarajan', 'Jo Kim', 'Sam Wright'];
  const contacts = Array.from({ length: 50 }, (_, i) => ({
    id: `${names[i % 7]?.split(' ')[0]?.toLowerCase()}-${i}`,
    name: `${names[i % 7]} ${i}`,
    phone: `+1512${String(2_340_000 + i * 7919).slice(0, 7)}`,
    ...(i % 3 === 0 ? { quietHours: { from: '21:00', to: '07:00' } } : {}),
  }));
  const turns = contacts.map(({ id }) => id).slice(0, 20);
  const shifts = [{ days: ['fri' as const], from: '17:00', to: '17:00', contacts: turns, turnsSince: '2026-12-04' }];
  const trailers = Array.from({ length: 40 }, (_, i) => ({ id: `T${i}` }));
  const whole = { ...company, contacts, trailers, relay: { rota: { shifts } } };
  expect(mistakesIn(whole)).toEqual([]);
  const line = functionsLine(whole);
  expect(Buffer.byteLength(line)).toBeLessThan(MAX_COMPANY_BYTES * 0.75);
  const read = readCompany(line);
  expect(read.contacts).toEqual(contacts);
  expect(read.relay.rota).toEqual({ shifts, others: 'after' });
  expect(read.trailers).toHaveLength(40);
  // A small company stays readable.
  expect(functionsLine(company)).toBe(functionsJson(company));
});
