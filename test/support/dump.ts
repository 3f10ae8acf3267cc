import type { TestDatabase } from './database.js';
import { withClient } from './database.js';

/** Every row of every table as text, binary columns in hexadecimal. */
export const dumpOf = async (database: TestDatabase): Promise<string> => {
  const texts: string[] = [];
  await withClient(database.adminUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`);
      texts.push(...rows.map(({ text }) => `${name} ${text}`));
    }
  });
  return texts.join('\n');
};
