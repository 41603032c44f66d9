// Checks a compose file as far as a machine without Docker can: it parses, its services depend on services that
// exist, its environment names are ones that libs/config reads, no secret has a default, and nothing but
// prepare, api and worker is on a network with PostgreSQL and Redis.
import { readdirSync, readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { parse } from 'yaml';

const [file = 'docker-compose.yml'] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const compose = parse(text, { merge: true });
const services = compose.services ?? {};
const networks = compose.networks ?? {};
const known = new Set(
  readdirSync('libs/config/src', { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(`libs/config/src/${name}`, 'utf8').matchAll(/^ {2}([A-Z_]+):/gm)])
    .map((match) => match[1]),
);
const STORES = ['postgres', 'redis'];
/** Who may reach the stores. */
const CLIENTS = ['prepare', 'api', 'worker'];
const SECRET = /PASSWORD|TOKEN|SECRET|_KEY$/;

const mistakes = [
  ...['api', 'worker', 'gateway', ...STORES]
    .filter((name) => !services[name])
    .map((name) => `there is no service ${name}`),
  ...Object.entries(services).flatMap(([name, service]) => [
    ...ofService(name, service),
    ...ofSecrets(name, service),
    ...ofNetworks(name, service),
  ]),
  ...ofOutbound(),
];

function ofService(name, service) {
  const needs = Array.isArray(service.depends_on)
    ? service.depends_on
    : Object.keys(service.depends_on ?? {});
  return [
    ...(service.image || service.build ? [] : [`${name} has neither image nor build`]),
    ...needs
      .filter((other) => !services[other])
      .map((other) => `${name} depends on ${other}, which is not there`),
    ...Object.keys(service.image ? {} : (service.environment ?? {}))
      .filter((variable) => !known.has(variable))
      .map((variable) => `${name} sets ${variable}, which nothing reads`),
  ];
}

/** A secret is the operator's, or there is none: `${NAME:?…}`, never a default and never written down. */
function ofSecrets(name, service) {
  const command = [service.command ?? []].flat().map(String);
  const found = [];
  for (const [variable, value] of Object.entries(service.environment ?? {})) {
    if (SECRET.test(variable) && !/^\$\{[A-Z_]+:\?[^}]*\}$/.test(String(value)))
      found.push(`${name}: ${variable} is not required of the operator (\${NAME:?why})`);
    if (
      /_URL$/.test(variable) &&
      /\/\/[^/]*@/.test(String(value)) &&
      !/:\$\{[A-Z_]+:\?[^}]*\}@/.test(String(value))
    )
      found.push(`${name}: the password in ${variable} is not required of the operator`);
    if (variable === 'DATABASE_URL' || variable === 'REDIS_URL')
      if (!/\/\/[^/]*:[^/]*@/.test(String(value))) found.push(`${name}: ${variable} has no password`);
    if (variable === 'POSTGRES_HOST_AUTH_METHOD') found.push(`${name}: ${variable} lets anybody in`);
  }
  for (const [, variable] of [...command, ...Object.values(service.environment ?? {})]
    .join('\n')
    .matchAll(/\$\{([A-Z_]+)(?!:\?|[A-Z_])/g))
    if (SECRET.test(variable)) found.push(`${name}: ${variable} has a default`);
  if (name === 'postgres' && !service.environment?.POSTGRES_PASSWORD) found.push('postgres has no password');
  if (name === 'redis' && !/^\$\{[A-Z_]+:\?/.test(command[command.indexOf('--requirepass') + 1] ?? ''))
    found.push('redis has no password (--requirepass)');
  return found;
}

function ofNetworks(name, service) {
  const own = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {});
  if (service.network_mode) return [`${name}: network_mode leaves the networks`];
  if (own.length === 0) return [`${name} names no network, and so is on one with all others that name none`];
  const found = own
    .filter((net) => !(net in networks))
    .map((net) => `${name} is on ${net}, which is not there`);
  const ports = (service.ports ?? []).map(String);
  found.push(
    ...ports
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name} publishes ${port} to all`),
  );
  if (STORES.includes(name)) {
    if (ports.length > 0) found.push(`${name} is published`);
    found.push(
      ...own
        .filter((net) => !networks[net]?.internal)
        .map((net) => `${name} is on ${net}, which is not internal`),
    );
    return found;
  }
  const shared = own.filter((net) =>
    STORES.some((store) => [services[store]?.networks ?? []].flat().includes(net)),
  );
  if (shared.length > 0 && !CLIENTS.includes(name))
    found.push(`${name} reaches PostgreSQL and Redis by ${shared.join(', ')}`);
  return found;
}

/** What a publisher's URL may lead to is no network of the stores. */
function ofOutbound() {
  const stores = STORES.flatMap((name) => [services[name]?.networks ?? []].flat());
  const subnets = [...new Set(stores)].map((net) => [net, networks[net]?.ipam?.config?.[0]?.subnet]);
  const found = subnets
    .filter(([, subnet]) => !subnet)
    .map(([net]) => `${net} has no subnet of its own, so nothing can leave it out`);
  for (const [name, service] of Object.entries(services)) {
    const [, listed = ''] =
      /^\$\{OUTBOUND_ALLOW:-([^}]*)\}$/.exec(service.environment?.OUTBOUND_ALLOW ?? '') ?? [];
    for (const cidr of listed.split(',').filter(Boolean))
      for (const [net, subnet] of subnets)
        if (subnet && overlap(cidr, subnet)) found.push(`${name}: OUTBOUND_ALLOW ${cidr} leads into ${net}`);
  }
  return found;
}

function overlap(one, other) {
  const [a, b] = [ipaddr.parseCIDR(one), ipaddr.parseCIDR(other)];
  return a[0].kind() === b[0].kind() && (a[0].match(b) || b[0].match(a));
}

for (const mistake of mistakes) console.error(`${file}: ${mistake}`);
if (mistakes.length === 0) console.log(`${file}: ${Object.keys(services).length} services in order`);
process.exit(mistakes.length === 0 ? 0 : 1);
