import type { RegisterVersionPorts, TokenStore, UnitOfWork, WebhookStore } from '#libs/engine';

/** Injection tokens of the ports; `app.module.ts` binds each to its adapter. */
export const UNIT_OF_WORK = Symbol('UnitOfWork');
export const TOKEN_STORE = Symbol('TokenStore');
export const WEBHOOK_STORE = Symbol('WebhookStore');
/** Everything that registering a version needs, in one object. */
export const REGISTER_VERSION_PORTS = Symbol('RegisterVersionPorts');
export const ROUTE_CHANGES = Symbol('RouteChanges');
export const IDEMPOTENCY_STORE = Symbol('IdempotencyStore');

/** Tells when routes have changed, and when changes may have been missed. */
export interface RouteChanges {
  subscribe(on: { changed: (modelId: string) => void; missed: () => void }): void;
}

export type { RegisterVersionPorts, TokenStore, UnitOfWork, WebhookStore };
