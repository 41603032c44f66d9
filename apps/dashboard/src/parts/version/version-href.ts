/** Where the page of a version is. */
export const versionHref = (model: string, version: number): string =>
  `/models/${encodeURIComponent(model)}/versions/${version}`;
