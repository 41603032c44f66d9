import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#libs/kernel';
import { hashToken, isWellFormedToken, type Scope, type TokenRecord } from '#libs/engine';
import { TOKEN_STORE, type TokenStore } from '../ports.ts';

const SCOPES_KEY = 'understudy:scopes';
const PUBLIC: readonly Scope[] = [];

/** The scopes that may call; one of them is enough, and `admin` always is. */
export const Scopes = (...scopes: Scope[]) => SetMetadata(SCOPES_KEY, scopes);
/** No token is asked for: the handler checks the caller in another way. */
export const Public = () => SetMetadata(SCOPES_KEY, PUBLIC);

type WithToken = FastifyRequest & { token?: TokenRecord };

/** Who calls, for the audit: `token:<name>`. */
export const Actor = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  return `token:${context.switchToHttp().getRequest<WithToken>().token?.name ?? 'nobody'}`;
});

/** Every call needs a token with the right scope; a handler that names no scope is for admins only. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(TOKEN_STORE) private readonly tokens: TokenStore,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scopes = this.reflector.getAllAndOverride<Scope[] | undefined>(SCOPES_KEY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (scopes?.length === 0) return true;
    const request = context.switchToHttp().getRequest<WithToken>();
    const token = await this.identify(request.headers.authorization);
    if (!token.scopes.includes('admin') && !scopes?.some((scope) => token.scopes.includes(scope))) {
      const needed = (scopes ?? ['admin']).join(' or ');
      throw new DomainError(
        'forbidden',
        'scope_missing',
        `The token "${token.name}" may ${token.scopes.join(', ')}; this needs ${needed}.`,
      );
    }
    request.token = token;
    return true;
  }

  private async identify(header: string | undefined): Promise<TokenRecord> {
    const text = tokenOf(header ?? '');
    if (text === undefined)
      throw new DomainError('unauthenticated', 'token_missing', 'Send a token: Authorization: Bearer us_…');
    // The admin's own token (UNDERSTUDY_ADMIN_TOKEN) may have any form; ours are checked before any look-up.
    if (text.startsWith('us_') && !isWellFormedToken(text)) {
      throw new DomainError(
        'unauthenticated',
        'token_malformed',
        'The token is not complete: its checksum does not match. Copy it again.',
      );
    }
    const token = await this.tokens.use(hashToken(text));
    if (!token)
      throw new DomainError(
        'unauthenticated',
        'token_unknown',
        'The token is unknown, or it has expired. Ask an admin for a new one.',
      );
    return token;
  }
}

/** `Bearer <token>`, or `Basic` with the token as the password, as MLflow's and other clients send it. */
function tokenOf(header: string): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(header)?.[1];
  if (bearer !== undefined) return bearer;
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  if (basic === undefined) return undefined;
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1) || undefined;
}
