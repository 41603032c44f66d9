import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { Load } from '../../parts/basics.tsx';
import { ChooseModel } from '../../parts/choose-model.tsx';
import { PolicyDesk } from './desk.tsx';
import { policyTextQuery } from './policy-requests.ts';

/** Policies are written, tried and saved here; the model that it is for is in the address. */
export default function Policies() {
  const [search, setSearch] = useSearchParams();
  const model = search.get('model') ?? '';
  // A name that is still being typed takes nobody's text away.
  const choose = (name: string, typed: string): void => {
    if (name !== '' || typed === '') setSearch(name === '' ? {} : { model: name }, { replace: true });
  };
  return (
    <>
      <div className="headline">
        <h1>Policies</h1>
        <ChooseModel value={model} set={choose} placeholder="none: only try" />
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
