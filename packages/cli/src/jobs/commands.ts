import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { JOB_STATUSES } from '@qdn/domain';
import { type Command, Option } from 'commander';
import { attentionReport, jobReport, jobTable, trailerReport, undoReport } from '../format.ts';
import { localMetrics } from '../metrics.ts';
import type { OperatorContext } from '../operator-context.ts';
import { printableJson } from '../printable.ts';
import { parseTime } from '../relay/times.ts';
import { jobIdMeant } from './change-job.ts';

/** Adds the commands about jobs, trailers and open items: `jobs`, `job`, `attention`, `undo`, `metrics`, `trailer`. */
export const addJobCommands = (program: Command, context: OperatorContext): void => {
  const { api, print, repository, time, trailerId } = context;
  program
    .command('jobs')
    .description('lists jobs, last changed first')
    .addOption(
      new Option('--status <status>', 'only jobs of this status (default: active jobs)').choices([...JOB_STATUSES]),
    )
    .addHelpText('after', '\nExample:\n  ./qdn jobs --status completed')
    .action(async ({ status }: { status?: string }) => {
      print(
        jobTable(
          await api<Wire<'jobList'>>('GET', `${pathTo(routes.listJobs)}${status ? `?status=${status}` : ''}`),
          time(),
        ),
      );
    });

  program
    .command('job <id>')
    .description('shows one job with its timeline: changes of status, messages, and the outcome of each relay')
    .option('--json', 'the answer of the API')
    .option('--older <next>', 'the messages before those of an earlier answer')
    .addHelpText('after', '\nExample:\n  ./qdn job QDN-1042')
    .action(async (id: string, { json, older }: { json?: boolean; older?: string }) => {
      const path = pathTo(routes.getJob, { job_id: jobIdMeant(id, context) });
      const job = await api<Wire<'jobState'>>('GET', `${path}${older ? `?after=${encodeURIComponent(older)}` : ''}`);
      print(json ? printableJson(job) : jobReport(job, time()));
    });

  program
    .command('attention')
    .description(
      'shows items that need your attention: unknown outcomes, unanswered and unmatched messages, jobs that ended by themselves',
    )
    .addHelpText('after', '\nExample:\n  ./qdn attention')
    .action(async () => {
      print(attentionReport(await api<Wire<'attention'>>('GET', pathTo(routes.getAttention)), time()));
    });

  program
    .command('undo <id>')
    .description('takes back the last change that a job’s trailer or driver made: its end, an arrival, a departure')
    .addHelpText(
      'after',
      '\nThe job is open again as before. The same positions do not change it a second time. While its trailer works on another job, it waits for it.\n\nExample:\n  ./qdn undo QDN-1043',
    )
    .option('--with-trailer', 'sends the trailer back to this job; the one that it works on waits')
    .action(async (typed: string, { withTrailer }: { withTrailer?: boolean }) => {
      const id = jobIdMeant(typed, context);
      const seen = await api<Wire<'jobState'>>('GET', pathTo(routes.getJob, { job_id: id }));
      const after = await api<Wire<'jobState'>>('PATCH', pathTo(routes.updateJob, { job_id: id }), {
        undo: withTrailer ? 'with-trailer' : 'last',
        version: seen.version,
      });
      print(undoReport(after));
    });

  program
    .command('metrics')
    .description('shows the metrics of the local system, as CloudWatch would: messages, fixes, failed requests')
    .option('--from <time>', 'start of the time range: 2026-11-23, 2026-11-23T15:04, 2h', '1h')
    .addHelpText('after', '\nExample:\n  ./qdn metrics --from 2h')
    .action(({ from }: { from: string }) => print(localMetrics(repository, parseTime(from, Date.now(), time().zone))));

  program
    .command('trailer <id>')
    .description('shows the state of a trailer’s tracker: last fix, fixes of today, ignored fixes with the reason')
    .option('--json', 'the answer of the API')
    .addHelpText('after', '\nExample:\n  ./qdn trailer T1')
    .action(async (typed: string, { json }: { json?: boolean }) => {
      const id = trailerId(typed);
      const trailer = await api<Wire<'trailerState'>>('GET', pathTo(routes.getTrailer, { trailer_id: id }));
      print(json ? printableJson(trailer) : trailerReport(trailer, time()));
    });
};
