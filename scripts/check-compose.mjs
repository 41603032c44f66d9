// Checks docker-compose.yml as far as a machine without Docker can: it parses, its services depend on
// services that exist, and its environment names are ones that libs/config reads.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true });
const known = new Set(
  readdirSync('libs/config/src')
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(`libs/config/src/${file}`, 'utf8').matchAll(/^ {2}([A-Z_]+):/gm)])
    .map((match) => match[1]),
);
const mistakes = [];
for (const name of ['postgres', 'redis', 'api', 'worker', 'gateway']) {
  if (!compose.services?.[name]) mistakes.push(`there is no service ${name}`);
}
for (const [name, service] of Object.entries(compose.services ?? {})) {
  if (!service.image && !service.build) mistakes.push(`${name} has neither image nor build`);
  const needs = Array.isArray(service.depends_on)
    ? service.depends_on
    : Object.keys(service.depends_on ?? {});
  for (const other of needs)
    if (!compose.services[other]) mistakes.push(`${name} depends on ${other}, which is not there`);
  if (service.image) continue;
  for (const variable of Object.keys(service.environment ?? {}))
    if (!known.has(variable)) mistakes.push(`${name} sets ${variable}, which nothing reads`);
}
for (const mistake of mistakes) console.error(`docker-compose.yml: ${mistake}`);
if (mistakes.length === 0)
  console.log(`docker-compose.yml: ${Object.keys(compose.services).length} services in order`);
process.exit(mistakes.length === 0 ? 0 : 1);
