import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#libs/kernel';
import { actorOf, type Caller, hashToken, isWellFormedToken, scopesOf } from '#libs/engine';
import {
  LOGIN_SETTINGS,
  type LoginSettings,
  SESSION_STORE,
  type SessionStore,
  TOKEN_STORE,
  type TokenStore,
} from '../ports.ts';
import { assertOwnPage, cookiePlaceOf, sessionOf } from './session-cookie.ts';

/** Finds out who calls: by a token, or by the session of a person who has logged in. */
@Injectable()
export class CallerFinder {
  constructor(
    @Inject(TOKEN_STORE) private readonly tokens: TokenStore,
    @Inject(SESSION_STORE) private readonly sessions: SessionStore,
    @Inject(LOGIN_SETTINGS) private readonly settings: LoginSettings,
  ) {}

  /** @throws DomainError `token_missing`, `token_malformed`, `token_unknown`, `session_ended` or `foreign_page` */
  async find(request: FastifyRequest): Promise<Caller> {
    const header = request.headers.authorization;
    const session =
      header === undefined ? sessionOf(request.headers.cookie, cookiePlaceOf(this.settings.publicUrl)) : null;
    if (session !== null) {
      assertOwnPage(request);
      return this.bySession(session);
    }
    return this.byToken(tokenOf(header ?? ''));
  }

  private async bySession(secret: string): Promise<Caller> {
    const session = await this.sessions.use(hashToken(secret));
    if (!session)
      throw new DomainError('unauthenticated', 'session_ended', 'Your session has ended. Log in again.');
    const { id, name, roles } = session;
    return { id, name, actor: `user:${name}`, scopes: scopesOf(roles), models: null };
  }

  private async byToken(text: string | undefined): Promise<Caller> {
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
    const { id, name, scopes, models } = token;
    return { id, name, actor: actorOf(token), scopes, models };
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
