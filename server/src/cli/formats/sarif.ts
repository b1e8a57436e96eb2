import { fileUrl } from '../../domain/file-path.ts';
import { RULE_SUMMARIES, RULES } from '../../settings/settings.ts';
import type { RuleCode } from '../../settings/settings.ts';
import { ownVersion } from '../version.ts';
import type { Format, Reported } from './report.ts';

const LEVEL: Readonly<Record<Reported['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** One run of SARIF 2.1.0 (OASIS), as code scanning services take it. */
export const sarifFormat: Format = (findings) =>
  JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'larder',
              version: ownVersion(),
              rules: (Object.keys(RULES) as RuleCode[]).map(ruleOf),
            },
          },
          columnKind: 'utf16CodeUnits',
          results: findings.map(resultOf),
        },
      ],
    },
    null,
    2,
  );

function ruleOf(id: RuleCode): object {
  return { id, shortDescription: { text: RULE_SUMMARIES[id] } };
}

function resultOf({ file, line, column, endLine, endColumn, severity, rule, message }: Reported): object {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  const artifactLocation = { uri: fileUri(file) };
  return {
    ruleId: rule,
    level: LEVEL[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation, region } }],
  };
}

/** A URI reference (RFC 3986 §4.1): relative paths stay relative, to be resolved against the repository's root. */
function fileUri(file: string): string {
  if (/^(?:\/|\\\\|[A-Za-z]:[\\/])/.test(file)) return fileUrl(file);
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
