/** A gate as its policy's author wrote it. */
export interface GateShown {
  readonly metric: string;
  readonly name?: string;
  readonly [field: string]: unknown;
}

/** The gates of a frozen policy document. */
export function gatesOf(policy: unknown): readonly GateShown[] {
  const gates = (policy as { gates?: unknown } | null)?.gates;
  return Array.isArray(gates)
    ? gates.filter((gate): gate is GateShown => typeof (gate as GateShown | null)?.metric === 'string')
    : [];
}

/** The gate of a verdict: by its own name, else by its metric's. */
export const gateNamed = (policy: unknown, name: string): GateShown | undefined =>
  gatesOf(policy).find((gate) => (gate.name ?? gate.metric) === name);
