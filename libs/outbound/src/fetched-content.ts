import { type Content, Payload } from '#libs/traffic';

/** What a model server's answer says, by its headers. `fetch` has undone the content-encoding already. */
export function fetchedContent(bytes: Uint8Array, headers: Headers): Content {
  const said = [...headers].filter(([name]) => name !== 'content-encoding').flat();
  return new Payload(bytes, said).content;
}
