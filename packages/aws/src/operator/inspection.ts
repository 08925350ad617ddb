import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeContinuousBackupsCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { findQueue } from './queues.ts';

/** A stack as CloudFormation describes it: `changedAt` epoch ms. */
export type StackState = { status: string; changedAt: number; outputs: Readonly<Record<string, string>> };

/** Protection of a table against loss. */
export type TableSafety = { isProtected: boolean; hasPointInTimeRecovery: boolean };

/** Email addresses of a topic. `waiting`: those that have not followed the link in the first email. */
export type MailRecipients = { confirmed: string[]; waiting: string[] };

const named = (error: unknown, ...names: string[]): boolean => error instanceof Error && names.includes(error.name);

/** Read-only queries about an AWS account. Errors are the SDK's own. */
export const inspectCloud = (region: string) => {
  const config = { region, maxAttempts: 2 };
  const sts = new STSClient(config);
  const cloudFormation = new CloudFormationClient(config);
  const dynamodb = new DynamoDBClient(config);
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient(config);

  return {
    /** Returns the identity of the credentials. */
    identity: async (): Promise<{ account: string; arn: string }> => {
      const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    },
    /** @returns null when there is no such stack */
    stack: async (name: string): Promise<StackState | null> => {
      try {
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
        const stack = Stacks?.[0];
        if (!stack) return null;
        const changed = stack.LastUpdatedTime ?? stack.CreationTime;
        return {
          status: stack.StackStatus ?? 'UNKNOWN',
          changedAt: changed?.getTime() ?? 0,
          outputs: Object.fromEntries((stack.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? ''])),
        };
      } catch (error) {
        // CloudFormation has no separate error for a missing stack.
        if (named(error, 'ValidationError') && /does not exist/.test(String(error))) return null;
        throw error;
      }
    },
    /** @returns null when there is no such table */
    table: async (name: string): Promise<TableSafety | null> => {
      try {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
        const { ContinuousBackupsDescription } = await dynamodb.send(
          new DescribeContinuousBackupsCommand({ TableName: name }),
        );
        const recovery = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
        return {
          isProtected: Table?.DeletionProtectionEnabled === true,
          hasPointInTimeRecovery: recovery === 'ENABLED',
        };
      } catch (error) {
        if (named(error, 'ResourceNotFoundException', 'TableNotFoundException')) return null;
        throw error;
      }
    },
    /** Returns the number of messages in a queue; null when the queue does not exist. */
    waiting: async (queue: string): Promise<number | null> => {
      try {
        return (await findQueue(sqs, queue)).waiting;
      } catch (error) {
        if (error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(`${error.name} ${error.message}`))
          return null;
        throw error;
      }
    },
    /** Returns the email addresses of a stack's topic. */
    recipients: async (stack: string, topic: string): Promise<MailRecipients> => {
      const command = new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: topic });
      const TopicArn = (await cloudFormation.send(command)).StackResourceDetail?.PhysicalResourceId;
      const found: MailRecipients = { confirmed: [], waiting: [] };
      for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
        for (const { SubscriptionArn, Endpoint = '' } of page.Subscriptions ?? [])
          found[SubscriptionArn === 'PendingConfirmation' ? 'waiting' : 'confirmed'].push(Endpoint);
      return found;
    },
    close: (): void => {
      for (const client of [sts, cloudFormation, dynamodb, sqs, sns]) client.destroy();
    },
  };
};
export type CloudInspection = Omit<ReturnType<typeof inspectCloud>, 'close'>;
