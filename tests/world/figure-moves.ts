/** The figure that must show each mutant, with the direction in which it moves. */
export const FIGURE_MOVES: Readonly<Record<string, readonly [figure: string, direction: 'up' | 'down'][]>> = {
  'arrivals by coin': [
    ['jobs: arrived falsely', 'up'],
    ['jobs: arrivals missing', 'up'],
  ],
  'never arrives': [
    ['jobs: arrived by themselves', 'down'],
    ['jobs: arrivals missing', 'up'],
  ],
  'never begins': [
    ['jobs: begun by themselves', 'down'],
    ['jobs: presses needed', 'up'],
  ],
  'never leaves': [['jobs: left by themselves', 'down']],
  'all statuses 14 min late': [
    ['jobs: begun late, p50', 'up'],
    ['jobs: begun late, p90', 'up'],
    ['jobs: arrived late, p50', 'up'],
    ['jobs: arrived late, p90', 'up'],
    ['jobs: ended late, p90', 'up'],
  ],
  'all statuses 40 min late': [
    ['jobs: arrivals missing', 'up'],
    ['jobs: left late, p50', 'up'],
    ['jobs: left late, p90', 'up'],
    ['jobs: ended late, p50', 'up'],
  ],
  'leaves and ends at the arrival': [
    ['jobs: left falsely', 'up'],
    ['jobs: ended falsely', 'up'],
  ],
  'pressed by no one: statuses follow presses alone': [
    ['jobs: presses needed', 'up'],
    ['jobs: ended by themselves', 'down'],
  ],
  'claims never released': [
    ['jobs: ended by themselves', 'down'],
    ['jobs: presses made', 'up'],
  ],
  'begins at the booking': [['jobs: begun falsely', 'up']],
  'position of another job': [['notices: positions of another trailer', 'up']],
  'page hides nothing after completion': [['notices: places and times that a customer must not know', 'up']],
  'fixes stored under a wrong job': [['jobs: fixes under a wrong job', 'up']],
  'page fails': [['notices: pages that failed', 'up']],
  'posts refused for an hour': [['jobs: posts of trackers repeated', 'up']],
  'posts never taken': [['jobs: posts of trackers lost', 'up']],
  'positions thrown away': [['jobs: positions kept', 'down']],
  'notice doubled': [['notices: doubled', 'up']],
  'notice missing': [['notices: missing', 'up']],
  'notice to the wrong person': [
    ['notices: false', 'up'],
    ['notices: missing', 'up'],
  ],
  'notice 18 min late': [
    ['notices: late', 'up'],
    ['notices: delay, p50', 'up'],
    ['notices: delay, p90', 'up'],
  ],
  'notice 18 min early': [['notices: early', 'up']],
  'no automatic answers': [['notices: answers missing', 'up']],
  'answers about another job': [['notices: answers false', 'up']],
  'answers with times of the night': [['notices: arrival times in answers that held', 'down']],
  'ranges too narrow': [
    ['ranges: coverage under way', 'down'],
    ['ranges: coverage at set-out', 'down'],
  ],
  'ranges too wide': [
    ['ranges: width, p50 at set-out', 'up'],
    ['ranges: width, p50 under way', 'up'],
    ['ranges: width, p50 last 5 minutes', 'up'],
  ],
  'arrival time 20 min early': [
    ['ranges: coverage last 5 minutes', 'down'],
    ['ranges: error, p50 at set-out', 'up'],
    ['ranges: error, p50 last 5 minutes', 'up'],
    ['ranges: error, p90 under way', 'up'],
  ],
  'no arrival times': [
    ['ranges: ranges missing at set-out', 'up'],
    ['ranges: ranges missing under way', 'up'],
    ['ranges: ranges missing last 5 minutes', 'up'],
  ],
  'arrival time constant': [
    ['ranges: error, p50 under way', 'up'],
    ['ranges: coverage under way', 'down'],
  ],
};
