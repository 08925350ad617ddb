export {
  AT_THE_DESK,
  CUSTOMER_HABITS,
  type DispatcherHabits,
  type Habit,
  ON_THE_ROAD,
  OPERATOR_HABITS,
  OUTSIDER_RATES,
} from './habits.ts';
export { type TalkingCustomer, talkingCustomers } from './outside.ts';
export { customerTalkId, type People, type PeopleOptions, peopleOf } from './people.ts';
