import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { authorityOf, type By, type Caller, type Reach, reachOf, type Scope } from '#libs/engine';
import { UNIT_OF_WORK, type UnitOfWork } from '../ports.ts';
import { assertScope } from './admission.ts';
import type { WithCaller } from './with-caller.ts';
import { assertModelAllowed, MODEL_IN_KEY, type ModelPlace } from './model-access.ts';
import { SCOPES_KEY } from './route-access.ts';

const PUBLIC: readonly Scope[] = [];

/** The scopes that may call; one of them is enough, and `admin` always is. */
export const Scopes = (...scopes: Scope[]) => SetMetadata(SCOPES_KEY, scopes);
/** No token is asked for: the handler checks the caller in another way. */
export const Public = () => SetMetadata(SCOPES_KEY, PUBLIC);

/** Who calls, for the record. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  return context.switchToHttp().getRequest<WithCaller>().caller?.actor ?? 'nobody';
});

/** Who calls, with all that is known of them. */
export const Calling = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<WithCaller>();
  if (!caller) throw new Error('a public route knows no caller');
  return caller;
});

/** Who calls, and what their word is good for over the rails of a model. */
export const Asking = createParamDecorator((_data: unknown, context: ExecutionContext): By => {
  const { caller } = context.switchToHttp().getRequest<WithCaller>();
  return { actor: caller?.actor ?? 'nobody', authority: authorityOf(caller?.scopes ?? []) };
});

/** The models that the caller may see: names and prefixes; `null`: all. What lists models is asked for these only. */
export const Visible = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<WithCaller>().caller?.models ?? null;
});

/** What the caller may reach beside the model that the request is about. */
export const Reaching = createParamDecorator((_data: unknown, context: ExecutionContext): Reach => {
  const { caller } = context.switchToHttp().getRequest<WithCaller>();
  if (!caller) throw new Error('a public route knows no caller');
  return reachOf(caller);
});

/**
 * Every call needs a caller with the right scope, and for models that are theirs; a handler that names no scope is
 * for admins only. Who calls was found out before the body was read (`Admission`).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scopes = this.told<Scope[]>(SCOPES_KEY, context);
    const request = context.switchToHttp().getRequest<WithCaller>();
    if (scopes?.length === 0) return true;
    const { caller } = request;
    if (!caller) throw new Error(`nobody has found out who calls ${request.routeOptions.url ?? ''}`);
    assertScope(caller, scopes ?? ['admin']);
    if (caller.models !== null)
      await assertModelAllowed(caller, request, this.told<ModelPlace>(MODEL_IN_KEY, context), this.uow);
    return true;
  }

  private told<T>(key: string, context: ExecutionContext): T | undefined {
    return this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
  }
}
