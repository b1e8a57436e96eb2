import { format } from 'prettier';
import { RULES, RULE_SUMMARIES, SETTINGS } from '../../server/src/settings/settings.ts';
import type { RuleCode } from '../../server/src/settings/settings.ts';
import type { Setting } from '../../server/src/settings/setting.ts';

const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);

/** package.json's `contributes.configuration`. */
export function configuration(): unknown {
  const properties = settings.map(({ key, schema, markdownDescription, scope, order, examples }) => [
    key,
    {
      ...schema,
      markdownDescription,
      scope,
      ...(scope === 'machine-overridable' && { ignoreSync: true }),
      order,
      examples,
    },
  ]);
  return { title: 'Larder', properties: Object.fromEntries(properties) as unknown };
}

/** Keys that a workspace which is not trusted must not set. */
export function restrictedKeys(): readonly string[] {
  return settings.filter(({ restricted }) => restricted).map(({ key }) => key);
}

/** docs/settings.md. */
export function settingsPage(): Promise<string> {
  const page = [
    '# Settings',
    'Generated from `server/src/settings/settings.ts` by `npm run generate`. Outside VS Code, send the same settings as the section `larder` of `workspace/configuration`; a value that is not valid counts as not set.',
    ...settings.map(section),
    '## Rules',
    ruleTable(),
  ];
  return format(page.join('\n\n'), { parser: 'markdown', printWidth: 110 });
}

function section({ key, schema, markdownDescription, examples, restricted }: Setting<unknown>): string {
  const words = schema.enum?.map((word, i) => `- \`${word}\`: ${schema.markdownEnumDescriptions?.[i] ?? ''}`);
  const bounds = schema.minimum === undefined ? '' : `, ${schema.minimum} to ${schema.maximum ?? ''}`;
  const facts = [
    `Type: ${schema.type}${bounds}`,
    `Default: ${code(schema.default)}`,
    `Example: ${examples.map(code).join(', ')}`,
  ];
  return [
    `## \`${key}\``,
    markdownDescription,
    ...(words ? [words.join('\n')] : []),
    facts.join('. ') + '.',
    ...(restricted ? ['A workspace can set it only when it is trusted.'] : []),
  ].join('\n\n');
}

function ruleTable(): string {
  const rows = (Object.keys(RULES) as RuleCode[]).map(
    (rule) => `| [${rule}](rules/${rule}.md) | ${RULES[rule]} | ${RULE_SUMMARIES[rule]} |`,
  );
  return ['| Rule | Default severity | Finds |', '| --- | --- | --- |', ...rows].join('\n');
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
