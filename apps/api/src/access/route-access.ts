import { SetMetadata, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '#libs/engine';

export const SCOPES_KEY = 'understudy:scopes';
const TAKES_KEY = 'understudy:takes';
/** Nest keeps a handler's path here: what has one is a handler. */
const PATH_KEY = 'path';
const IF_MATCH_KEY = 'understudy:if-match';
const ADMINS: readonly Scope[] = ['admin'];

/**
 * What a route takes as its body: JSON or YAML, the bytes of an artifact, a signed delivery, or JSON of many
 * entries that are taken one by one.
 */
export type Takes = 'document' | 'upload' | 'delivery' | 'entries';

/** What must be known of a route before anything of a body is read. */
export interface RouteAccess {
  /** Which scopes may call; one of them is enough. None: no token is asked for. */
  readonly scopes: readonly Scope[];
  readonly takes: Takes;
  /** Whether it does what it does only on what `If-Match` names. */
  readonly honoursIfMatch: boolean;
}

/** The body of a route is no document. */
export const TakesBody = (takes: Takes) => SetMetadata(TAKES_KEY, takes);

/** Of a parameter that reads `If-Match`: the route honours it, and OpenAPI says so. */
export const HonoursIfMatch: ParameterDecorator = (target, key) => {
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (key === undefined || descriptor === undefined) return;
  SetMetadata(IF_MATCH_KEY, true)(target, key, descriptor);
  ApiHeader({
    ...{ name: 'If-Match', required: false, schema: { type: 'string', minLength: 1, maxLength: 8_192 } },
    description: 'Only if it still has this ETag, or one of a list; otherwise 412',
  })(target, key, descriptor);
};

/**
 * Notes with every route of these controllers who may call it, where hooks find it before the body is read.
 * A handler that names no scope is for admins only.
 */
export function noteAccess(controllers: readonly Type[]): void {
  for (const controller of controllers) {
    const handlers = Object.getOwnPropertyDescriptors(controller.prototype as object);
    for (const [name, descriptor] of Object.entries(handlers)) {
      const handler: unknown = descriptor.value;
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_KEY, handler)) continue;
      const told = <T>(key: string): T | undefined =>
        (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
      const access: RouteAccess = {
        scopes: told<readonly Scope[]>(SCOPES_KEY) ?? ADMINS,
        takes: told<Takes>(TAKES_KEY) ?? 'document',
        honoursIfMatch: told<boolean>(IF_MATCH_KEY) ?? false,
      };
      RouteConfig({ access })(controller.prototype as object, name, descriptor);
    }
  }
}

/** Who may call the route of a request; `undefined`: it is none of a controller (the dashboard's files, health). */
export function routeAccess({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): RouteAccess | undefined {
  return accessIn(routeOptions.config);
}

/** The same, of the options of a route. */
export function accessIn(config: unknown): RouteAccess | undefined {
  return (config as { access?: RouteAccess } | undefined)?.access;
}
