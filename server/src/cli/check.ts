import { Option } from 'commander';
import type { Command } from 'commander';
import { rememberingParser } from '../domain/image-status.ts';
import { findings } from '../domain/rules/index.ts';
import { RULES } from '../settings/settings.ts';
import { githubFormat } from './formats/github.ts';
import { jsonFormat } from './formats/json.ts';
import type { Format, Reported } from './formats/report.ts';
import { sarifFormat } from './formats/sarif.ts';
import { textFormat } from './formats/text.ts';
import { placeOf, readManifestFiles } from './manifest-files.ts';
import { dirOption, platformOf, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printLine } from './print.ts';
import { readStore } from './read-store.ts';
import { addShortNameFlags } from './registry-flags.ts';
import type { ShortNameFlags } from './registry-flags.ts';
import { shortNamesOf } from './short-names.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const FORMATS = { text: textFormat, json: jsonFormat, sarif: sarifFormat, github: githubFormat } as const;

interface CheckOptions extends SharedOptions, ShortNameFlags {
  readonly format: keyof typeof FORMATS;
}

/** `larder check FILE…` */
export function addCheck(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('check')
    .description('print what the editor shows as problems; exits with 1 if one of them is an error')
    .argument('<file...>', 'Kubernetes YAML or JSON, or manifests of appc')
    .addOption(new Option('--format <format>', 'how to print').choices(Object.keys(FORMATS)).default('text'))
    .option('--json', 'the same as --format json')
    .addOption(dirOption())
    .addOption(platformOption());
  addShortNameFlags(command).action(async (names: string[], options: CheckOptions) => {
    finish(await check(names, options, terminal));
  });
}

async function check(names: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const platform = platformOf(options, terminal);
  const shortNames = await shortNamesOf(options, terminal);
  const parse = rememberingParser(() => shortNames);
  const { files, allRead } = await readManifestFiles(names, terminal);
  const found = await readStore(storeRoot(options, terminal), (store) => {
    const context = { store, platform, now: terminal.now(), severity: RULES, parse };
    return files.flatMap((file) =>
      findings(file.manifest, file.document.getText(), context).map(
        ({ span, severity, rule, message }): Reported => {
          const end = placeOf(file, span.end);
          const place = { ...placeOf(file, span.start), endLine: end.line, endColumn: end.column };
          return { file: file.name, ...place, severity, rule, message };
        },
      ),
    );
  });
  const format: Format = FORMATS[options.json ? 'json' : options.format];
  const report = format(found);
  if (report !== '') printLine(terminal.stdout, report);
  return allRead && found.every(({ severity }) => severity !== 'error') ? EXIT.done : EXIT.failed;
}
