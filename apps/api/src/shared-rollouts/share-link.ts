import { errors, jwtVerify, SignJWT } from 'jose';
import { DomainError } from '#libs/kernel';

/** What the links are for: another key's tokens, and those for something else, open nothing. */
const AUDIENCE = 'shared-rollout';
const ALGORITHM = 'HS256';
/** Longer than any that we sign. */
const LONGEST = 600;

/** Which rollout a link shows, and until when. */
export interface Share {
  readonly rolloutId: string;
  /** In ms since 1970, whole seconds. */
  readonly expiresAt: number;
}

const bytes = (key: string): Uint8Array => new TextEncoder().encode(key);

/** A link's last part: a JWT (RFC 7519) of the rollout and the end. */
export function signShare({ rolloutId, expiresAt }: Share, key: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: ALGORITHM })
    .setAudience(AUDIENCE)
    .setSubject(rolloutId)
    .setExpirationTime(Math.floor(expiresAt / 1_000))
    .sign(bytes(key));
}

/**
 * What a link opens.
 * @param now in ms since 1970
 * @throws DomainError `share_expired` (gone), `share_unknown` (not found) for anything that `signShare` did not make with this key
 */
export async function readShare(text: string, key: string, now: number): Promise<Share> {
  if (text.length > LONGEST) throw unknown();
  try {
    const { payload } = await jwtVerify(text, bytes(key), {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'exp'],
    });
    return { rolloutId: payload.sub ?? '', expiresAt: 1_000 * (payload.exp ?? 0) };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new DomainError(
        'gone',
        'share_expired',
        `This link ended on ${new Date(1_000 * (error.payload.exp ?? 0)).toISOString()}. Ask whoever sent it for a new one.`,
      );
    throw unknown();
  }
}

const unknown = (): DomainError =>
  new DomainError(
    'not_found',
    'share_unknown',
    'This is no link to a rollout of this installation. Was it copied whole? Ask whoever sent it for a new one.',
  );
