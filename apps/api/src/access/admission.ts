import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError } from '#libs/kernel';
import type { Caller, Scope } from '#libs/engine';
import { CallerFinder } from './caller-finder.ts';
import { RateLimits } from './rate-limits.ts';
import type { RouteAccess, Takes } from './route-access.ts';
import type { WithCaller } from './with-caller.ts';

const JSON_TYPES = ['application/json', 'application/cloudevents+json'];
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];
/** An upload that is JSON is told so by its handler. */
const TYPES: Readonly<Record<Takes, readonly string[]>> = {
  document: [...JSON_TYPES, ...YAML_TYPES],
  entries: JSON_TYPES,
  upload: ['application/octet-stream', ...JSON_TYPES],
  delivery: [...JSON_TYPES, ...YAML_TYPES, 'application/x-www-form-urlencoded'],
};
const SIGNATURES = ['x-hub-signature-256', 'webhook-signature', 'x-gitlab-token'];
/** Deliveries above this size wait for their signature to be checked in memory: so many bytes of them at a time. */
const SMALL_DELIVERY_BYTES = 1024 * 1024;
const LARGE_DELIVERIES_BYTES = 128 * 1024 * 1024;
/** What GitHub sends at most. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
export const DELIVERY_BYTES = 25 * 1024 * 1024;

/** What happens before a byte of a body is read: who calls is found out, counted, and may be refused. */
@Injectable()
export class Admission {
  private largeDeliveries = 0;

  constructor(
    private readonly callers: CallerFinder,
    private readonly limits: RateLimits,
  ) {}

  /** @throws DomainError for whoever may not call this route, calls too often, or sends what it does not take */
  async admit(request: WithCaller, reply: FastifyReply, access: RouteAccess): Promise<void> {
    if (access.scopes.length === 0) await this.limits.countAddress(request.sender);
    else await this.admitCaller(request, access.scopes);
    assertType(request, access);
    if (access.takes === 'delivery') this.admitDelivery(request, reply);
  }

  private async admitCaller(request: WithCaller, scopes: readonly Scope[]): Promise<void> {
    const caller = await this.callers.find(request).catch(async (error: unknown) => {
      await this.limits.countAddress(request.sender);
      throw error;
    });
    request.caller = caller;
    await this.limits.countCaller(caller.id);
    assertScope(caller, scopes);
  }

  private admitDelivery({ headers }: WithCaller, reply: FastifyReply): void {
    if (!SIGNATURES.some((name) => typeof headers[name] === 'string'))
      throw new DomainError(
        'unauthenticated',
        'signature_invalid',
        `The delivery is not signed: it has none of the headers ${SIGNATURES.join(', ')}.`,
      );
    const length = Number(headers['content-length'] ?? DELIVERY_BYTES);
    if (!(length > SMALL_DELIVERY_BYTES)) return;
    if (this.largeDeliveries + length > LARGE_DELIVERIES_BYTES)
      throw new DomainError(
        'unavailable',
        'too_many_large_deliveries',
        'Too many large deliveries arrive at once. Deliver it again in a moment.',
      );
    this.largeDeliveries += length;
    reply.raw.once('close', () => (this.largeDeliveries -= length));
  }
}

/** @throws DomainError `scope_missing` unless the caller has one of the scopes, or is an admin */
export function assertScope({ name, scopes }: Caller, needed: readonly Scope[]): void {
  if (scopes.includes('admin') || needed.some((scope) => scopes.includes(scope))) return;
  throw new DomainError(
    'forbidden',
    'scope_missing',
    `"${name}" may ${scopes.join(', ') || 'nothing'}; this needs ${needed.join(' or ')}.`,
  );
}

function assertType({ method, headers }: WithCaller, { takes, scopes }: RouteAccess): void {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody || method === 'GET' || method === 'HEAD') return;
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isOpen = scopes.length === 0 && takes === 'document';
  const types = isOpen ? JSON_TYPES : TYPES[takes];
  if (types.includes(type)) return;
  throw new DomainError(
    'unsupported',
    'content_type_unsupported',
    `This takes no body of type "${type}". Send one of ${types.join(', ')}.`,
  );
}
