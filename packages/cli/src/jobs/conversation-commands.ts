import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import type { Command } from 'commander';
import { CommandError } from '../connection.ts';
import type { OperatorContext } from '../operator-context.ts';
import { printableJson } from '../printable.ts';
import { jobIdMeant } from './change-job.ts';
import { conversationReport, conversationTable } from './conversation-report.ts';

type List = Wire<'conversationList'>;
type Listed = Wire<'listedConversation'>;
type State = Wire<'conversationState'>;

/** Maximum number of pages in which a guest's handle is looked for. */
const MAX_PAGES = 20;

const readPage = ({ api }: OperatorContext, after: string | null): Promise<List> =>
  api<List>('GET', `${pathTo(routes.listConversations)}${after ? `?after=${encodeURIComponent(after)}` : ''}`);

/** Returns the ID of the open conversation with a guest's handle. @throws CommandError when there is none */
const idOfGuest = async (context: OperatorContext, handle: string): Promise<string> => {
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { conversations, next }: List = await readPage(context, after);
    const found = conversations.find((one) => one.handle?.toLowerCase() === handle);
    if (found) return found.id;
    if (next === null) break;
    after = next;
  }
  throw new CommandError(`No open conversation has the handle ${handle}. List them with: ./qdn conversations`);
};

/** Returns the ID that the API takes for a conversation as a person types it: `@1042`, `1042`, `QDN-1042`, `@u0199`, or an ID. */
const conversationIdMeant = async (typed: string, context: OperatorContext): Promise<string> => {
  const word = typed.trim().replace(/^@/, '');
  return /^u[0-9]{4,}$/i.test(word) ? idOfGuest(context, `@${word.toLowerCase()}`) : jobIdMeant(word, context);
};

/** The options of `conversation` that change it. */
type Changes = { claim?: string | true; release?: boolean; close?: boolean; note?: string; unlink?: boolean };

/** Returns the command that the options ask for; null for none. @throws CommandError for more than one */
const commandOf = ({ claim, release, close, note, unlink }: Changes): Wire<'conversationCommand'> | null => {
  const asked: Array<Wire<'conversationCommand'>> = [
    ...(claim === undefined ? [] : [{ command: 'claim' as const, ...(claim === true ? {} : { by: claim }) }]),
    ...(release ? [{ command: 'release' as const }] : []),
    ...(close ? [{ command: 'close' as const }] : []),
    ...(unlink ? [{ command: 'unlink' as const }] : []),
    ...(note === undefined ? [] : [{ command: 'note' as const, text: note }]),
  ];
  if (asked.length > 1)
    throw new CommandError('Use one of --claim, --release, --close, --note and --unlink at a time.');
  return asked[0] ?? null;
};

/** Adds the commands about conversations: `conversations` and `conversation`. */
export const addConversationCommands = (program: Command, context: OperatorContext): void => {
  const { api, print, time } = context;
  program
    .command('conversations')
    .description('lists open conversations: those that wait for an answer, longest first, then the others')
    .option('--json', 'the answer of the API')
    .option('--after <next>', 'the page after this `next` of an earlier answer')
    .addHelpText('after', '\nExample:\n  ./qdn conversations')
    .action(async ({ json, after }: { json?: boolean; after?: string }) => {
      const list = await readPage(context, after ?? null);
      print(json ? printableJson(list) : conversationTable(list, time()));
    });

  program
    .command('conversation <handle>')
    .description(
      'shows one conversation with its texts; claims, releases, closes or unlinks it, or adds a note for colleagues',
    )
    .option('--claim [contact]', 'takes it, as this contact or as the operator')
    .option('--release', 'gives it back to the team')
    .option('--close', 'closes it: nothing in it needs an answer')
    .option('--note <text>', 'adds a note that the person never gets')
    .option('--unlink', 'ends that the number is another phone of a customer')
    .option('--older <next>', 'the texts before this `next` of an earlier answer')
    .option('--json', 'the answer of the API')
    .addHelpText('after', '\nExample:\n  ./qdn conversation @1042\n  ./qdn conversation @u0199 --close')
    .action(async (typed: string, { json, older, ...changes }: Changes & { json?: boolean; older?: string }) => {
      const id = await conversationIdMeant(typed, context);
      const path = pathTo(routes.getConversation, { conversation_id: id });
      const command = commandOf(changes);
      if (command) await api<Listed>('POST', path, command);
      const state = await api<State>('GET', `${path}${older ? `?after=${encodeURIComponent(older)}` : ''}`);
      print(json ? printableJson(state) : conversationReport(state, time()));
    });
};
