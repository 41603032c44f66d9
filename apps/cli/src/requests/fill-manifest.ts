import { EXIT, Exit } from '../exit.ts';

/** Whatever is named so is nothing for a manifest, which many may read. */
const SECRET = /TOKEN|SECRET|PASSWORD/;

/**
 * `${NAME}` in a manifest is what the environment says, as action/release.mjs and examples/ci/release.sh have it.
 * @param file for the error
 * @param values of the environment, and what goes before it
 * @throws Exit with the code of wrong usage for what is not set, or is a secret: not an empty text
 */
export function fillManifest(
  text: string,
  file: string,
  values: Readonly<Record<string, string | undefined>>,
): string {
  return text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_all, name: string) => {
    const value = values[name];
    if (!value || SECRET.test(name))
      throw new Exit(EXIT.usage, `${file}: \${${name}} is not set (or is a secret).`);
    return value;
  });
}
