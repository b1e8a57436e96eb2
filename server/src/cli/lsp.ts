import type { Command } from 'commander';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder lsp` */
export function addLsp(program: Command, _terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('lsp')
    .description('run the language server over standard input and output, for any editor')
    .action(async () => {
      const { serveStdio } = await import('../serve.ts');
      serveStdio();
      finish(EXIT.done);
    });
}
