import { expect, it } from '@jest/globals';
import { isGitHubSignature } from './signatures.ts';

// The example of GitHub's own documentation.
const secret = "It's a Secret to Everybody";
const body = Buffer.from('Hello, World!');
const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

it("accepts GitHub's documented example", () =>
  expect(isGitHubSignature(secret, body, signature)).toBe(true));
it.each([
  ['another body', secret, Buffer.from('Hello, World?'), signature],
  ['another secret', 'x', body, signature],
  ['no header', secret, body, undefined],
  ['a SHA-1 header', secret, body, 'sha1=757107ea'],
  ['half a digest', secret, body, signature.slice(0, 40)],
])('refuses %s', (_name, s, b, header) => expect(isGitHubSignature(s, b, header)).toBe(false));
