/** Numbers and bins read from one request and its answer, on their way into evidence. */
export interface Observed {
  readonly measures: readonly (readonly [name: string, value: number])[];
  readonly histograms: readonly (readonly [name: string, bin: string])[];
}
