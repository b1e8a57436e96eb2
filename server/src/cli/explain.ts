import type { Command } from 'commander';
import * as fs from 'node:fs/promises';
import { age, duration } from '../domain/age.ts';
import { formatBytes } from '../domain/bytes.ts';
import { LarderError, toLarderError } from '../domain/errors.ts';
import { freshnessOf } from '../domain/freshness.ts';
import type { Freshness } from '../domain/freshness.ts';
import { parseImage } from '../domain/image-argument.ts';
import type { ImageBase } from '../domain/image-argument.ts';
import type { Image } from '../domain/image.ts';
import { plan } from '../domain/plan.ts';
import type { Plan } from '../domain/plan.ts';
import { formatPlatform } from '../domain/platform.ts';
import { MODE_FLAG } from '../domain/pull-mode.ts';
import type { PullMode } from '../domain/pull-mode.ts';
import { printable } from '../domain/quote.ts';
import type { StoreRecord } from '../domain/record.ts';
import type { StoreView } from '../domain/store-view.ts';
import { PolicyFile } from '../engine/policy/policy-file.ts';
import { policyForecast } from '../engine/policy/policy-forecast.ts';
import type { PolicyForecast } from '../engine/policy/policy-forecast.ts';
import { planWords } from '../features/plan-words.ts';
import { dockerHint } from './docker-hint.ts';
import { freshnessJson, imageFields, storeJson } from './json.ts';
import { dirOption, jsonOption, platformOf, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { errorLine, printJson, printLine } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { addShortNameFlags, policyOption, registrySettings } from './registry-flags.ts';
import type { RegistryFlags, ShortNameFlags } from './registry-flags.ts';
import { shortNamesOf } from './short-names.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const MODES = ['store', 'remote', 'default'] as const satisfies readonly PullMode[];

/** What is known of an argument, or why it cannot be understood. */
type Explanation =
  | { readonly argument: string; readonly error: LarderError }
  | {
      readonly argument: string;
      readonly image: Image;
      readonly record: StoreRecord | undefined;
      readonly freshness: Freshness;
      readonly plans: Readonly<Record<PullMode, Plan>>;
      /** Of a docker image: what the image policy would do with it, or why that cannot be said. */
      readonly policy: PolicyForecast | LarderError | null;
    };

type ExplainOptions = SharedOptions & Pick<RegistryFlags, 'policy'> & ShortNameFlags;

/** `larder explain IMAGE…` */
export function addExplain(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('explain')
    .description(
      'say how image arguments are understood, what the store holds, and what each mode would do; asks no network',
    )
    .argument('<image...>', 'paths, URLs, docker://REFERENCE, appc names or image IDs')
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(jsonOption())
    .addOption(policyOption());
  addShortNameFlags(command).action(async (images: string[], options: ExplainOptions) => {
    finish(await explainAll(images, options, terminal));
  });
}

async function explainAll(
  images: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const platform = platformOf(options, terminal);
  const now = terminal.now();
  const { policyPath } = registrySettings(options, terminal);
  const policy = new PolicyFile({ fs, env: terminal.env }, policyPath);
  const base = { cwd: terminal.cwd, platform, aliases: await shortNamesOf(options, terminal) };
  const known = await readStore(storeRoot(options, terminal), (state) => {
    const view = viewOf(state);
    return images.map((argument) => explain(argument, view, base, now));
  });
  const explanations = await Promise.all(known.map((explanation) => withPolicy(explanation, policy)));
  if (options.json) {
    printJson(terminal, explanations.map(explanationJson));
  } else {
    for (const explanation of explanations) print(explanation, terminal, now);
  }
  return explanations.some((explanation) => 'error' in explanation) ? EXIT.failed : EXIT.done;
}

function explain(argument: string, view: StoreView, base: ImageBase, now: number): Explanation {
  try {
    const image = parseImage(argument, base);
    const record = view.find(image, formatPlatform(base.platform));
    const planOf = (mode: PullMode): Plan => plan({ image, mode, record, now, noCache: false });
    const plans = { store: planOf('store'), remote: planOf('remote'), default: planOf('default') };
    return { argument, image, record, freshness: freshnessOf(image, record, now), plans, policy: null };
  } catch (error) {
    return { argument, error: toLarderError(error, 'explaining an image') };
  }
}

async function withPolicy(explanation: Explanation, file: PolicyFile): Promise<Explanation> {
  if ('error' in explanation || explanation.image.kind !== 'docker') return explanation;
  const { reference } = explanation.image;
  try {
    return { ...explanation, policy: await policyForecast(file, reference) };
  } catch (error) {
    return { ...explanation, policy: toLarderError(error, 'reading the image policy') };
  }
}

function explanationJson(explanation: Explanation): object {
  const { argument } = explanation;
  if ('error' in explanation) {
    const { code, message } = explanation.error;
    return { argument, error: { code, message } };
  }
  const { image, record, freshness, plans, policy } = explanation;
  return {
    argument,
    ...imageFields(image),
    store: storeJson(record),
    freshness: freshnessJson(freshness),
    plans: Object.fromEntries(MODES.map((mode) => [mode, plans[mode].steps])),
    policy:
      policy instanceof LarderError ? { error: { code: policy.code, message: policy.message } } : policy,
  };
}

function print(explanation: Explanation, terminal: Terminal, now: number): void {
  if ('error' in explanation) {
    printLine(terminal.stderr, errorLine(explanation.error, terminal));
    return;
  }
  const { argument, image, record, freshness, plans, policy } = explanation;
  const hint = record === undefined ? dockerHint(argument, image) : undefined;
  const rows = [
    ['image', image.canonical],
    ...aliasRow(image),
    ['store', record === undefined ? 'nothing' : storeWords(record, now)],
    ...(record === undefined ? [] : [['signed by', signersWords(record)] as const]),
    ['freshness', freshnessWords(freshness, now)],
    ...MODES.map((mode) => [MODE_FLAG[mode], planWords(plans[mode])] as const),
    ...(policy === null ? [] : [['policy', policyWords(policy)] as const]),
    ...(hint === undefined ? [] : [['note', hint] as const]),
  ] as const;
  const lines = rows.map(([key, value]) => `  ${key.padEnd(14)} ${printable(value)}`);
  printLine(terminal.stdout, [printable(argument), ...lines].join('\n'));
}

function aliasRow(image: Image): [string, string][] {
  const alias = image.kind === 'docker' ? image.alias : undefined;
  return alias === undefined ? [] : [['alias', `${alias.name} stands for ${alias.target}`]];
}

function storeWords({ image }: StoreRecord, now: number): string {
  return `${image.imageId} (${formatBytes(image.size)}, imported ${age(image.importedAt, now)})`;
}

function signersWords({ image: { signers }, remote }: StoreRecord): string {
  if (signers.length === 0) {
    return `nobody: ${remote?.docker ? 'every byte was checked against its digest' : 'no signature was checked'}`;
  }
  return signers.map(({ fingerprint, identity }) => `${identity} (${fingerprint})`).join(', ');
}

function policyWords(policy: PolicyForecast | LarderError): string {
  if (policy instanceof LarderError) return `unknown: ${policy.message}`;
  const { verdict, file, scope, words } = policy;
  const decides = file === null ? '' : `, by the ${scope} in ${file}`;
  return `${VERDICT[verdict]}: ${words}${decides}`;
}

const VERDICT: Readonly<Record<PolicyForecast['verdict'], string>> = {
  accept: 'accepted',
  reject: 'rejected',
  signature: 'depends on its signature',
};

function freshnessWords({ state, since, until, why, checkedAt }: Freshness, now: number): string {
  const times = [
    ...(until === null ? [] : [`${duration(until - now)} left`]),
    ...(state === 'stale' && since !== null ? [`went stale ${age(since, now)}`] : []),
    ...(checkedAt === null ? [] : [`checked ${age(checkedAt, now)}`]),
  ];
  return [`${state}: ${why}`, ...times].join(', ');
}
