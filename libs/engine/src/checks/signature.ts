import { isSchema, schemaBreaks, type SchemaComparison } from './json-schema-breaks.ts';

interface Tensor {
  readonly name: string;
  readonly datatype?: string;
  readonly shape?: readonly number[];
  readonly optional?: boolean;
}
interface Tensors {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/**
 * What would break for callers when `next` takes the place of `current`: something that they do not
 * send is needed, something that they read is gone, or has another type. A signature is either Open
 * Inference tensors (`inputs` and `outputs`, lists) or JSON Schemas (`input` and `output`).
 * @returns `null` when the two are not of one of these kinds, the same for both
 */
export function compareSignatures(current: unknown, next: unknown): SchemaComparison | null {
  if (isTensors(current) && isTensors(next)) return { breaks: tensorBreaks(current, next), open: [] };
  if (!isSchemas(current) || !isSchemas(next)) return null;
  // Callers write inputs and read outputs.
  const input = schemaBreaks(current.input, next.input, 'input');
  const output = schemaBreaks(next.output, current.output, 'output');
  return { breaks: [...input.breaks, ...output.breaks], open: [...input.open, ...output.open] };
}

function tensorBreaks(current: Tensors, next: Tensors): readonly string[] {
  const breaks: string[] = [];
  for (const input of next.inputs) {
    const sent = current.inputs.find((t) => t.name === input.name);
    if (!sent && !input.optional)
      breaks.push(`it needs the input "${input.name}", which callers do not send`);
    if (sent) breaks.push(...differences('input', sent, input));
  }
  for (const output of current.outputs) {
    const given = next.outputs.find((t) => t.name === output.name);
    if (!given) breaks.push(`it lacks the output "${output.name}"`);
    else breaks.push(...differences('output', output, given));
  }
  return breaks;
}

function differences(kind: string, before: Tensor, after: Tensor): string[] {
  const found: string[] = [];
  if (before.datatype !== after.datatype)
    found.push(
      `the ${kind} "${before.name}" is ${after.datatype ?? 'untyped'}, not ${before.datatype ?? 'untyped'}`,
    );
  const a = before.shape;
  const b = after.shape;
  // -1 is any size.
  const fits =
    !a || !b || (a.length === b.length && a.every((n, i) => n === b[i] || n === -1 || b[i] === -1));
  if (!fits) found.push(`the ${kind} "${before.name}" has shape [${b.join(', ')}], not [${a.join(', ')}]`);
  return found;
}

interface Schemas {
  readonly input: Parameters<typeof schemaBreaks>[0];
  readonly output: Parameters<typeof schemaBreaks>[0];
}

function isSchemas(value: unknown): value is Schemas {
  if (value === null || typeof value !== 'object' || !('input' in value) || !('output' in value))
    return false;
  return isSchema(value.input) && isSchema(value.output);
}

function isTensors(value: unknown): value is Tensors {
  const lists = value as Partial<Record<'inputs' | 'outputs', unknown>> | null;
  return [lists?.inputs, lists?.outputs].every(
    (list) =>
      Array.isArray(list) && list.every((t) => typeof (t as Partial<Tensor> | null)?.name === 'string'),
  );
}
