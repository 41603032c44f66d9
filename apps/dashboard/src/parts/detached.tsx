/** Where events went that are here no more. @param exports an api from before says none */
export function Detached({
  exports = [],
}: {
  exports?: readonly { file: string; place: string }[] | undefined;
}) {
  if (exports.length === 0) return null;
  return (
    <p className="notice">
      Some events of this time have left the database. They are in{' '}
      {exports.map(({ file, place }) => `${file} (${place})`).join(', ')}.
    </p>
  );
}
