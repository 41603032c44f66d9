import type { Command } from 'commander';

/** What may follow the words so far: commands, and options of the one that they name. */
export function completions(program: Command, words: readonly string[]): string[] {
  let at = program;
  for (const word of words.slice(0, -1)) {
    const next = at.commands.find((command) => command.name() === word);
    if (next) at = next;
  }
  const begun = words.at(-1) ?? '';
  const options = [...at.options, ...(at === program ? [] : program.options)].flatMap(
    ({ long }) => long ?? [],
  );
  const all = begun.startsWith('-') ? options : at.commands.map((command) => command.name());
  return all.filter((name) => name.startsWith(begun) && !name.startsWith('__')).sort();
}

/** A script for the shell that asks the program itself, so that it never falls behind. */
export function completionScript(shell: 'bash' | 'zsh'): string {
  if (shell === 'bash')
    return `_understudy() { mapfile -t COMPREPLY < <(understudy __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); }
complete -o default -F _understudy understudy
`;
  return `#compdef understudy
_understudy() { local -a found; found=("\${(@f)$(understudy __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"); compadd -a found; }
compdef _understudy understudy
`;
}
