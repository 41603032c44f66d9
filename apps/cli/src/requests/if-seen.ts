/**
 * `If-Match` with the ETag of what was read: when it is another by now, the api does nothing (412 `changed_meanwhile`).
 * A proxy that compresses answers makes ETags weak, which match nothing: they are sent as they were.
 */
export function ifSeen({ response }: { readonly response: Response }): Record<string, string> {
  const etag = response.headers.get('etag');
  return etag === null ? {} : { 'if-match': etag.replace(/^W\//, '') };
}
