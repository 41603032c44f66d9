import { buildConnector } from 'undici';
import type { SecureNow } from '#libs/tls';

/** Connects by what is trusted and shown at that moment. A connector keeps sessions of TLS: those of an older one are not taken up again. */
export function followingConnector(
  secure: SecureNow,
  options: buildConnector.BuildOptions = {},
): buildConnector.connector {
  const make = (context: ReturnType<SecureNow>): buildConnector.connector =>
    buildConnector({ ...options, ...(context ? { secureContext: context } : {}) });
  let context = secure();
  let connect = make(context);
  return (to, done) => {
    const now = secure();
    if (now !== context) {
      context = now;
      connect = make(now);
    }
    connect(to, done);
  };
}
