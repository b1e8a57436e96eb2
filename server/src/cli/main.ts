#!/usr/bin/env node
// On an older Node the rest of the program cannot even be loaded: what follows must come first, and alone.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`larder: Node 22.15 or newer is needed, and this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // Whoever reads the output may stop early, as head does: then there is nobody left to tell.
    if (code === 'EPIPE') process.exit(0);
    process.stderr.write(`error: The output could not be written (${String(code)}).\n`);
    process.exit(1);
  });
  const { run } = await import('./run.ts');
  const { processTerminal } = await import('./terminal.ts');
  process.exitCode = await run(process.argv.slice(2), processTerminal());
}

// A file without imports and exports would not be a module, and could not await.
export {};
