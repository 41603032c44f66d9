import { takesCallers, type ServingProbe, type VersionRecord } from '#libs/engine';
import type { Deployer, DeployerReport } from './deployer.ts';
import { keyText } from './deployer.ts';

/** A server that was just started may take a moment: this many probes in a row must fail. */
const TRIES = 5;

/** The version brings its serving URL: nothing is started, but somebody must answer there. */
export function externalDeployer(serving: ServingProbe): Deployer {
  const ready = new Set<string>();
  const failures = new Map<string, number>();
  return {
    serves: (version: VersionRecord) => version.servingUrl !== null,
    async ensure(version): Promise<DeployerReport> {
      const key = keyText(version);
      const url = version.servingUrl ?? '';
      if (ready.has(key)) return { state: 'ready', url, message: 'brings its own serving URL' };
      const said = await serving.probe({ url, healthPath: version.healthPath });
      if (takesCallers(said)) {
        ready.add(key);
        failures.delete(key);
        return { state: 'ready', url, message: said.because };
      }
      const count = (failures.get(key) ?? 0) + 1;
      if (said.state === 'unreachable') failures.set(key, count);
      return { state: count >= TRIES ? 'failed' : 'starting', url, message: said.because };
    },
    retire: async (key) => {
      ready.delete(keyText(key));
      failures.delete(keyText(key));
    },
    close: async () => undefined,
  };
}
