import { isOpenUrl } from '#libs/kernel';
import { EXIT, Exit } from '../exit.ts';

/**
 * Where the api is, as a setting or an option says it. What it says is in no message: there may be a password in it, and logs of CI keep what we print.
 * @throws Exit with the code of wrong usage
 */
export function apiAddress(text: string, said: string): string {
  if (isOpenUrl(text) && !/[?#]/.test(text)) return text.replace(/\/+$/, '');
  throw new Exit(
    EXIT.usage,
    `${said} is no address of an api: write it as https://understudy.example, without a user, a password, "?" or "#". A token is said by UNDERSTUDY_TOKEN.`,
  );
}

/** A token as a header carries it. @throws Exit with the code of wrong usage */
export function sayableToken(token: string | null): string | null {
  if (token === null || /^[\x21-\x7e]+$/.test(token.trim())) return token;
  throw new Exit(
    EXIT.usage,
    'The token has blanks within it, or characters that no token has. Copy it again: us_ and letters and digits.',
  );
}
