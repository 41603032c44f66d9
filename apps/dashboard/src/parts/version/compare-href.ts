/** Where two versions of a model stand beside each other. */
export const compareHref = (model: string, left: number, right: number): string =>
  `/models/${encodeURIComponent(model)}/compare?left=${left}&right=${right}`;
