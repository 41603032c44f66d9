import type { AskedSettings, Stores } from '#libs/engine';
import { sentPolicy, textOfNamed } from '../policies/policy-text.ts';

type Asked = ReadonlyMap<string, AskedSettings>;

/** What a file says, where a policy that is there as the file has it is the one that is kept: `sentPolicy`. */
export async function withKeptPolicies(stores: Stores, asked: Asked): Promise<Asked> {
  const settled = new Map<string, AskedSettings>();
  for (const [name, settings] of asked) {
    const model = settings.policy === undefined ? null : await stores.models.find(name);
    const sent = model && (await sentPolicy(stores, model, { policy: settings.policy, text: null }));
    settled.set(name, sent === null ? settings : { ...settings, policy: sent.policy });
  }
  return settled;
}

/** Of a policy that was just written, the metrics that it names are kept too: the same file is known by them later. */
export async function keepNamedMetrics(stores: Stores, name: string, policy: unknown): Promise<void> {
  const model = await stores.models.find(name);
  const policyText = textOfNamed(policy);
  if (model && policyText !== null) await stores.models.update(model.id, { policyText });
}
