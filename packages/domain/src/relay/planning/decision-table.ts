/**
 * A decision table. Its rows are tried in order; the first row whose conditions all hold decides. The last row has no conditions.
 */
export type DecisionTable<Facts, Condition extends string, Outcome extends string> = {
  title: string;
  conditions: Readonly<Record<Condition, { label: string; holds: (facts: Facts) => boolean }>>;
  outcomes: Readonly<Record<Outcome, string>>;
  rows: ReadonlyArray<{ when: readonly Condition[]; outcome: Outcome }>;
};

/** Checks the names in a table's rows against its conditions and outcomes. */
export const decisionTable =
  <Facts>() =>
  <Condition extends string, Outcome extends string>(
    table: DecisionTable<Facts, Condition, Outcome>,
  ): DecisionTable<Facts, Condition, Outcome> =>
    table;

/** Returns the index of the row that decides. @throws Error when none does: the table lacks its last row */
export const decidingRow = <Facts, Condition extends string, Outcome extends string>(
  { title, conditions, rows }: DecisionTable<Facts, Condition, Outcome>,
  facts: Facts,
): number => {
  const row = rows.findIndex(({ when }) => when.every((name) => conditions[name].holds(facts)));
  if (row < 0) throw new Error(`The decision table "${title}" has no row for these facts`);
  return row;
};

/** Returns the outcome that a table decides on. */
export const decide = <Facts, Condition extends string, Outcome extends string>(
  table: DecisionTable<Facts, Condition, Outcome>,
  facts: Facts,
): Outcome => {
  const row = table.rows[decidingRow(table, facts)];
  if (!row) throw new Error(`The decision table "${table.title}" is empty`);
  return row.outcome;
};

/** Prints a table in Markdown, a row of the table in each line. */
export const decisionTableText = <Facts, Condition extends string, Outcome extends string>({
  title,
  conditions,
  outcomes,
  rows,
}: DecisionTable<Facts, Condition, Outcome>): string => {
  const lines = rows.map(({ when, outcome }, i) => {
    const labels = when.map((name) => conditions[name].label).join(' **and** ');
    return `| ${i + 1} | ${labels || 'otherwise'} | ${outcomes[outcome]} |`;
  });
  return [`## ${title}`, '', '| # | When | Then |', '| --- | --- | --- |', ...lines].join('\n');
};
