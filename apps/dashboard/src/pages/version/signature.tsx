import { useQuery } from '@tanstack/react-query';
import { Badge, Empty, Load } from '../../parts/basics.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import type { Model, Version } from '../../queries.ts';
import { compatibilityQuery } from '../../version-queries.ts';
import { Table } from '../../parts/lists/table.tsx';

/** What it takes and gives, and whether callers of the primary can go on as they are. */
export function Signature({ model, version }: { model: Model; version: Version }) {
  const { signature } = version;
  const other = model.primary === null || model.primary === version.version ? null : model.primary;
  return (
    <section aria-labelledby="signature">
      <h2 id="signature">Signature</h2>
      {signature === null || signature === undefined ? (
        <Empty>
          It says nothing of its inputs and outputs, so nobody can tell what would break for callers.
        </Empty>
      ) : (
        <>
          {other !== null && <Compatibility model={model.name} version={version.version} other={other} />}
          <Sides signature={signature} />
        </>
      )}
    </section>
  );
}

function Compatibility({ model, version, other }: { model: string; version: number; other: number }) {
  const compared = useQuery(compatibilityQuery(model, version, other));
  return (
    <Load query={compared} lines={1}>
      {({ compatible, because, breaks }) => (
        <>
          <p>
            <Badge state={compatible === null ? 'undecided' : compatible ? 'pass' : 'fail'}>
              {compatible === null ? 'cannot be told' : compatible ? 'compatible' : 'breaks callers'}
            </Badge>{' '}
            with <VersionLink model={model} version={other} />, which serves: {because}
          </p>
          {breaks.length > 0 && (
            <ul>
              {breaks.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </Load>
  );
}

interface Tensor {
  readonly name: string;
  readonly datatype?: unknown;
  readonly shape?: unknown;
}
const isTensors = (side: unknown): side is readonly Tensor[] =>
  Array.isArray(side) &&
  side.every((one: unknown) => typeof (one as { name?: unknown } | null)?.name === 'string');

/** Tensors as rows; what is written another way (JSON Schema) as it is. */
function Sides({ signature }: { signature: object }) {
  const { inputs, outputs, ...rest } = signature as { readonly inputs?: unknown; readonly outputs?: unknown };
  if (!isTensors(inputs) || !isTensors(outputs) || Object.keys(rest).length > 0)
    return (
      <pre tabIndex={0} aria-label="Signature, as JSON">
        {JSON.stringify(signature, null, 2)}
      </pre>
    );
  const rows = [
    ...inputs.map((tensor) => ({ side: 'in', tensor })),
    ...outputs.map((tensor) => ({ side: 'out', tensor })),
  ];
  return (
    <Table label="Signature" columns={['Name', 'Way', 'Type', 'Shape']}>
      {rows.map(({ side, tensor: { name, datatype, shape } }) => (
        <tr key={`${side} ${name}`}>
          <th scope="row">{name}</th>
          <td>{side}</td>
          <td>{typeof datatype === 'string' ? datatype : '–'}</td>
          <td>
            {Array.isArray(shape) ? shape.map((one) => (one === -1 ? 'any' : String(one))).join(' × ') : '–'}
          </td>
        </tr>
      ))}
    </Table>
  );
}
