// Makes docs/sports.md from the definitions and the schemas. A test compares the file with it, and `make sports` writes it.
import { isObject } from '../lib/merge';
import { readList, readObject, readText } from '../lib/read';
import type { JsonObject } from '../lib/wire';
import type { Definition } from './definitions/definition';
import type { OwnSport } from './definitions/own';
import { familyNames, type FamilyName } from './families/family';

export type Schemas = Readonly<Record<string, JsonObject>>;

const headings: Record<FamilyName, string> = { points: 'Points and periods', sets: 'Sets', placings: 'Placings', plain: 'Any sides and points' };

/** Lines of JSON are at most this long, unless one value is longer. */
const WIDTH = 120;

export function sportsDocument(definitions: readonly Definition[], own: readonly OwnSport[], schemas: Schemas): string {
  const families = familyNames.filter((family) => schemas[family] && definitions.some(({ format }) => format.family === family));
  return [
    introduction(families, definitions, own),
    ...families.map((family) =>
      [section(headings[family], `schemas/${family}.json`, schemas[family] ?? {}), ...byTitle(definitions.filter(({ format }) => format.family === family)).map(sport)].join('\n'),
    ),
    ...own.map((one) => [section(one.title, `schemas/${one.sport}.json`, schemas[one.sport] ?? {}), ownSport(one)].join('\n')),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function introduction(families: readonly FamilyName[], definitions: readonly Definition[], own: readonly OwnSport[]): string {
  const rows = families.map((family) => {
    const names = byTitle(definitions.filter(({ format }) => format.family === family)).map(({ title }) => `[${title}](#${anchor(title)})`);
    return `| [${headings[family]}](#${anchor(headings[family])}) | \`/schemas/${family}.json\` | ${names.join(', ')} |`;
  });
  const owns = own.map(({ sport: name, title }) => `| [${title}](#${anchor(title)}) | \`/schemas/${name}.json\` | |`);
  return `<!-- Made by \`make sports\` from web-client/src/sports: change the definitions and schemas there. -->

# The states of each sport

Viewers see a scoreboard for each state on this page, whatever writes it: the consoles of the pages, or your program in any
language. An update changes any members of the state; [protocol.md](protocol.md) says how.

| | schema | sports |
|---|---|---|
${[...rows, ...owns].join('\n')}

The server serves the schemas (JSON Schema 2020-12), such as \`https://your.server/schemas/sets.json\`. They allow more members
than they name: add your own.

- **The board** is the sport's own for cricket, football and chess, if the state has what it needs. Otherwise it is chosen by the
  state, whatever the sport: by \`format.family\` if it has one, or by its shape. A state of no known shape is shown name by name.
- **Names and colours** of sides come from the event's \`competitors\` where the state has none.
- **\`commentary\`** says in words what happened, and **\`mark\`** where in the match, such as \`Q3 4:12\`. Both stand in the list of
  updates; send them with each update.
- **\`summary\`** is what lists of events show. Write it with each update, as the consoles do.
- **\`format\`** has the rules of the match as data. Only the consoles need it, so a program may leave it out. An event can have a
  \`format\` too: a match that is scored on the pages begins with it.`;
}

/** A heading with what the schema says of the state. */
function section(title: string, path: string, schema: JsonObject): string {
  const about = [readText(schema['title']), readText(schema['description'])].filter((text) => text !== null).map((text) => text.replace(/\.?$/, '.'));
  const required = new Set(readList(schema['required']));
  const rows = Object.entries(readObject(schema['properties'])).map(
    ([name, member]) => `| \`${name}\`${required.has(name) ? ' (required)' : ''} | ${typesOf(schema, member)} | ${aboutOf(schema, member).replaceAll('|', '\\|')} |`,
  );
  return `
## ${title}

${about.join(' ')} The schema is at \`/${path}\`.

| member | type | |
|---|---|---|
${rows.join('\n')}

${parts(schema)}
`;
}

/** The members of the objects within a state. */
function parts(schema: JsonObject): string {
  return Object.entries(readObject(schema['$defs']))
    .flatMap(([name, part]) => {
      const members = Object.entries(readObject(readObject(part)['properties'])).map(([member, value]) => {
        const about = aboutOf(schema, value).replace(/\.$/, '');
        return `\`${member}\` (${typesOf(schema, value)}${about === '' ? '' : `: ${about}`})`;
      });
      return members.length === 0 ? [] : [`- **${name}**: ${members.join(', ')}`];
    })
    .join('\n');
}

/** The types that a member may have, also by reference. */
function typesOf(schema: JsonObject, member: unknown): string {
  const found = (value: unknown, depth: number): unknown[] => {
    const { type, anyOf, oneOf, $ref, ...rest } = readObject(value);
    if (type !== undefined) return Array.isArray(type) ? type : [type];
    const listed = Object.hasOwn(rest, 'const') ? [rest['const']] : readList(rest['enum']);
    if (listed.length > 0) return listed.map((one) => `\`${JSON.stringify(one)}\``);
    const others = [...readList(anyOf), ...readList(oneOf), ...($ref === undefined ? [] : [referred(schema, $ref)])];
    return depth === 0 ? [] : others.flatMap((one) => found(one, depth - 1));
  };
  const types = [...new Set(found(member, 4).map(String))];
  return types.length === 0 ? 'any' : types.join(' or ');
}

function aboutOf(schema: JsonObject, member: unknown): string {
  const { description, $ref } = readObject(member);
  return readText(description) ?? readText(referred(schema, $ref)['description']) ?? '';
}

function referred(schema: JsonObject, ref: unknown): JsonObject {
  const name = /^#\/\$defs\/(.+)$/.exec(readText(ref) ?? '')?.[1];
  return name === undefined ? {} : readObject(readObject(schema['$defs'])[name]);
}

function sport({ sport: name, also, title, source, format, usual, variants, example }: Definition): string {
  const others = (also ?? []).map((other) => `\`${other}\``);
  const rules = (variants ?? []).map((variant) => `| ${variant.title} | ${inlineCode(variant.format)} |`);
  return `
### ${title}

\`sport\`: \`${name}\`${others.length > 0 ? `, also ${others.join(', ')}` : ''}. Rules: ${source.replace(/\.$/, '')}.

| format | |
|---|---|
| ${usual ?? 'Usual'} | ${inlineCode(format)} |
${rules.map((row) => `${row}\n`).join('')}
\`\`\`json
${pretty(example)}
\`\`\`
`;
}

function ownSport({ sport: name, source, example }: OwnSport): string {
  return `\`sport\`: \`${name}\`. Rules: ${source}.

\`\`\`json
${pretty(example)}
\`\`\`
`;
}

function byTitle<T extends { title: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => a.title.localeCompare(b.title));
}

/** The fragment that a heading has on GitHub. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-');
}

function inlineCode(value: unknown): string {
  return `\`${inline(value).replaceAll('|', '\\|')}\``;
}

/** JSON in one line, with spaces. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${inline(member)}`);
  return members.length === 0 ? '{}' : `{${members.join(', ')}}`;
}

/** JSON with each object and array in one line if it fits. */
export function pretty(value: unknown, indent = '', before = 0): string {
  const line = inline(value);
  if (indent.length + before + line.length <= WIDTH || (!isObject(value) && !Array.isArray(value))) {
    if (indent !== '' || !isObject(value)) return line;
  }
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((member) => `${inner}${pretty(member, inner)}`)
    : Object.entries(value as JsonObject).map(([name, member]) => {
        const key = `${JSON.stringify(name)}: `;
        return `${inner}${key}${pretty(member, inner, key.length)}`;
      });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${entries.join(',\n')}\n${indent}${close}`;
}

