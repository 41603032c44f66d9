import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { Load } from '../../parts/basics.tsx';
import { modelsQuery } from '../../queries.ts';
import { PolicyDesk } from './desk.tsx';
import { policyTextQuery } from './policy-requests.ts';

/** Policies are written, tried and saved here; the model that it is for is in the address. */
export default function Policies() {
  const models = useQuery(modelsQuery);
  const [search, setSearch] = useSearchParams();
  const model = search.get('model') ?? '';
  return (
    <>
      <div className="headline">
        <h1>Policies</h1>
        <Load query={models} lines={1}>
          {(all) => (
            <label className="inline">
              Model{' '}
              <select
                value={model}
                onChange={({ target }) => setSearch(target.value === '' ? {} : { model: target.value })}
              >
                <option value="">none: only try</option>
                {all.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
        </Load>
      </div>
      <p className="quiet">
        How a version earns its way to primary: the steps that it takes, and the gates that must hold in them.
      </p>
      {model === '' ? <PolicyDesk key="" model="" kept={null} /> : <OfModel key={model} model={model} />}
    </>
  );
}

function OfModel({ model }: { model: string }) {
  const kept = useQuery(policyTextQuery(model));
  return (
    <Load query={kept} lines={12}>
      {(found) => <PolicyDesk model={model} kept={found} />}
    </Load>
  );
}
