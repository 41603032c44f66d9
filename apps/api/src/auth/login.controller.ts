import { randomBytes, randomUUID } from 'node:crypto';
import { Controller, Get, Headers, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { parse } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError, localPath, withoutBasePath } from '#libs/kernel';
import { type Caller, hashToken, type SecretBox } from '#libs/engine';
import { Calling, Public, Scopes } from '../access/access.guard.ts';
import { ModelIn } from '../access/model-access.ts';
import {
  cookie,
  type CookiePlace,
  cookiePlaceOf,
  sessionCookie,
  sessionOf,
} from '../access/session-cookie.ts';
import { Answer, Done } from '../openapi/answer.ts';
import {
  LOGIN_SETTINGS,
  type LoginSettings,
  SECRET_BOX,
  SESSION_STORE,
  type SessionStore,
  UNIT_OF_WORK,
  type UnitOfWork,
} from '../ports.ts';
import { OidcLogin, type PendingLogin } from './oidc.ts';

const PENDING_COOKIE = 'understudy_login';
const PENDING_SECONDS = 600;
const PURPOSE = 'login';
/** Within this server, and no other. */
const loginQuery = z.object({
  returnTo: z.string().max(2_000).catch('/').default('/').transform(localPath),
});
const meAnswer = z.looseObject({
  name: z.string(),
  actor: z.string(),
  scopes: z.array(z.string()),
  models: z.array(z.string()).nullable(),
});

/** People log in at their OpenID provider, and have a session here. */
@ApiTags('auth')
@Controller('auth')
export class LoginController {
  private readonly login: OidcLogin | null;

  constructor(
    @Inject(LOGIN_SETTINGS) private readonly settings: LoginSettings,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
    @Inject(SESSION_STORE) private readonly sessions: SessionStore,
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
  ) {
    const { oidc, publicUrl } = settings;
    this.login = oidc && new OidcLogin(oidc, `${publicUrl}/api/v1/auth/callback`);
  }

  @Get('methods')
  @Public()
  @Answer(
    z.looseObject({
      oidc: z.boolean(),
      session: z.boolean().describe('Has this browser a session that has not ended?'),
    }),
  )
  @ApiOperation({ summary: 'How people can log in, and whether this browser has' })
  async methods(@Headers('cookie') cookies: string | undefined) {
    const secret = sessionOf(cookies, this.place);
    const session = secret === null ? null : await this.sessions.use(hashToken(secret));
    return { oidc: this.login !== null, session: session !== null };
  }

  @Get('login')
  @Public()
  @ApiResponse({ status: 302, description: 'To the OpenID provider' })
  @ApiOperation({ summary: 'Log in at the OpenID provider, in a browser' })
  async begin(
    @Query({ schema: loginQuery }) { returnTo }: z.infer<typeof loginQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { url, pending } = await this.configured().begin(returnTo);
    const sealed = this.box.seal(JSON.stringify(pending), PURPOSE);
    await reply
      .header('set-cookie', cookie(PENDING_COOKIE, sealed, PENDING_SECONDS, this.place))
      .header('cache-control', 'no-store')
      .redirect(url, 302);
  }

  @Get('callback')
  @Public()
  @ApiResponse({ status: 302, description: 'Back to where the login was begun, with a session' })
  @ApiOperation({ summary: 'Where the OpenID provider sends people back to' })
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const pending = this.pendingOf(request.headers.cookie);
    const { subject, name, handles, roles } = await this.configured().finish(request.url, pending);
    const secret = randomBytes(32).toString('base64url');
    const seconds = this.settings.sessionHours * 3_600;
    await this.sessions.tidy();
    const id = randomUUID();
    // Before the unit of work, which may be done twice. Where that fails nobody has the secret, and the session expires.
    const expiresAt = (await this.uow.read((stores) => stores.now())) + seconds * 1_000;
    await this.sessions.insert({ id, hash: hashToken(secret), subject, name, roles, expiresAt });
    await this.uow.run(async (stores) => {
      await stores.events.appendToInstallation({
        type: 'user.logged_in',
        actor: `user:${name}`,
        data: { id, subject, handles, roles },
      });
    });
    await reply
      .header('set-cookie', [
        cookie(PENDING_COOKIE, '', 0, this.place),
        sessionCookie(secret, seconds, this.place),
      ])
      .header('cache-control', 'no-store')
      // Where it is used it is read again: a login may have been begun by an older api.
      .redirect(withoutBasePath(localPath(pending.returnTo), this.place.base), 302);
  }

  @Post('logout')
  @HttpCode(204)
  @Scopes('read', 'publish', 'operate', 'approve', 'gateway', 'feedback')
  @ModelIn('none')
  @Done()
  @ApiOperation({ summary: 'End the session of this browser' })
  async logout(
    @Headers('cookie') cookies: string | undefined,
    @Calling() { actor }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const secret = sessionOf(cookies, this.place);
    if (secret === null) return;
    await this.sessions.remove(hashToken(secret));
    await this.uow.run((stores) =>
      stores.events.appendToInstallation({ type: 'user.logged_out', actor, data: {} }),
    );
    void reply.header('set-cookie', sessionCookie('', 0, this.place));
  }

  @Get('me')
  @Scopes('read', 'publish', 'operate', 'approve', 'gateway', 'feedback')
  @ModelIn('none')
  @Answer(meAnswer)
  @ApiOperation({ summary: 'Who you are here, and what you may do' })
  me(@Calling() { name, actor, scopes, models }: Caller) {
    return { name, actor, scopes, models };
  }

  private get place(): CookiePlace {
    return cookiePlaceOf(this.settings.publicUrl);
  }

  private configured(): OidcLogin {
    if (this.login) return this.login;
    throw new DomainError(
      'not_found',
      'login_not_configured',
      'No OpenID provider is configured (OIDC_ISSUER); use a token.',
    );
  }

  private pendingOf(cookies: string | undefined): PendingLogin {
    const sealed = parse(cookies ?? '')[PENDING_COOKIE];
    try {
      if (sealed?.startsWith('sealed.')) return JSON.parse(this.box.open(sealed, PURPOSE)) as PendingLogin;
    } catch {
      // the same as none
    }
    throw new DomainError(
      'unauthenticated',
      'login_not_begun',
      'This login was not begun in this browser, or it took too long. Begin again.',
    );
  }
}
