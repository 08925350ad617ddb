/*
 * The embedded cloud as a process of its own, for a test to kill:
 *
 *     node cloud-process.ts FOLDER TEMPLATE.json
 *
 * Prints one line of JSON with what a client needs, then runs until it is ended.
 */
import { readFileSync } from 'node:fs';
import { startCloud } from '../cloud.ts';

const [folder = '', templateFile = ''] = process.argv.slice(2);
const ports = { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 };
const template = JSON.parse(readFileSync(templateFile, 'utf8'));
const { endpoints, environment } = await startCloud({ folder, ports, templates: [template] });
process.stdout.write(`${JSON.stringify({ endpoints, environment })}\n`);
