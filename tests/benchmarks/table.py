"""Every figure that Halyard has to reach, and how it is measured."""

from tests.benchmarks.figures import AtLeast, AtMost, Figure

FIGURES = (
    Figure(
        name="ingest_lines_per_s",
        must=AtLeast(20_000),
        how=(
            "The demo agent prints 200,000 messages in a container (`flood=200000`). When it has"
            " ended, its log is read again from the start, by the same code as in a link, into an"
            " empty database. What docker-py reads of the log is compared with the text of the"
            " events, to the letter. Floor: the same log read from the Engine, taken apart and"
            " parsed as JSON, and nothing kept."
        ),
        floor="lines/s, nothing kept",
        if_missed=(
            "The floor itself is less than half of that on the machine that met it, which read"
            " 105,334 lines/s and reached 0.40 of them."
        ),
    ),
    Figure(
        name="ingest_lines_lost",
        must=AtMost(0),
        how="Lines of that log that are in no event, over all runs.",
    ),
    Figure(
        name="ingest_live_lines_per_s",
        must=None,
        how=(
            "The same while the agent floods a Halyard that listens: from the Engine's stamp of"
            " the first message to the end of the turn. The agent and Halyard share the machine."
        ),
    ),
    Figure(
        name="writer_event_ack_ms_p99",
        must=AtMost(25),
        how=(
            "200 producers, each with one write in flight, store 5,000 events/s in all beside 50"
            " commands/s, for 20 s; each waits until its write is durable. Floor: as many bytes as"
            " 50 events have, appended to a file with fdatasync."
        ),
        floor="ms, bare append",
        if_missed=(
            "At 5,000 events/s the one writer has no reserve on such a machine: a commit that met"
            " it elsewhere with 8 ms took 53 ms on one, and an fsync takes up to 10 ms while"
            " others write."
        ),
    ),
    Figure(
        name="writer_command_ack_ms_p99",
        must=AtMost(25),
        how=(
            "The commands of the same run: inbox row, one change, one event and the answer, in one"
            " transaction. Same floor."
        ),
        floor="ms, bare append",
        if_missed="The same cause.",
    ),
    Figure(
        name="dispatch_overhead_ms_p50",
        must=AtMost(250),
        how=(
            "Five sessions one after the other on the engine in one process: from the commit of"
            " the command to `initialize` written on the agent's stdin, less what the Engine took"
            " for its answers to create and start of both containers, less the run time of the"
            " container that prepares (its start to its end by the Engine's events). Making"
            " volumes, packing and copying the source, looking at the host and removing the helper"
            " all count as ours. Floor: create and start of the same container by docker-py."
        ),
        floor="ms, bare create + start",
        if_missed=(
            "Creating and starting a container took 146 ms where it was met, with an overhead of"
            " 108 ms."
        ),
    ),
    Figure(
        name="dispatch_total_ms_p50",
        must=None,
        how="The same without taking anything off.",
    ),
    Figure(
        name="session_growth_mib",
        must=AtMost(0.3),
        how=(
            "Resident memory of `halyard up` with 200 idle sessions, less that without one, by"
            " 200. Each session has a container, a followed log and an open stdin, and has done a"
            " first task. The agent is a shell of a megabyte that answers the protocol: 200 demo"
            " agents would take 8 GiB, and make no difference to the process that is measured."
            " One run, since 200 starts take minutes."
        ),
    ),
    Figure(
        name="sessions_200_threads",
        must=AtMost(16),
        how="Threads of that process.",
    ),
    Figure(
        name="sessions_200_idle_cpu_pct",
        must=AtMost(2),
        how=(
            "Processor time of that process over two minutes, in percent of one core; looks at the"
            " host, deadlines and the janitor's rounds are in it."
        ),
    ),
    Figure(
        name="start_over_imports_s",
        must=AtMost(1.0),
        how=(
            "From the start of `halyard up` on a database with 1,000,000 events of 1,000 ended"
            " sessions to its answer at `/health`, less the time of a process that only imports"
            " the same. Floor: those imports, before and after each start."
        ),
        floor="s, imports alone",
    ),
    Figure(
        name="recover_50_sessions_s",
        must=AtMost(5),
        how=(
            "`kill -9` under 50 live sessions, then from exec until each has been given a task by"
            " the API and has answered it, which only a live link can do. The imports are in it."
            " In the first run the end of each log is one burst of 20,000 lines, so that all of it"
            " has to be read to find the place to go on from. Floor: imports alone."
        ),
        floor="s, imports alone",
        if_missed=("With one run only, it is the one whose logs end in bursts."),
    ),
    Figure(
        name="allow_to_unblocked_ms_p95",
        must=AtMost(300),
        how=(
            "From the POST of an allow to the news, by the API's stream of events, that the"
            " command which the demo agent had asked for (`git status`) is done. It follows the"
            " stream and allows as soon as it is told."
        ),
    ),
    Figure(
        name="stop_working_s",
        must=AtMost(5),
        how=(
            "From the POST of a stop in mid-turn of the demo agent to the event that the session"
            " has ended, its container removed; must reach 2 s and the grace, which is set to 3 s."
        ),
    ),
    Figure(
        name="stop_deaf_s",
        must=AtMost(5),
        how="The same of an agent that hears neither messages nor SIGTERM: the grace runs out.",
    ),
    Figure(
        name="kill_working_s",
        must=AtMost(2),
        how=(
            "From the POST of a kill in mid-turn of that agent to the event that the session has"
            " ended, its container removed. A kill that waited like a stop would take the grace."
        ),
    ),
    Figure(
        name="discord_ack_ms_p50",
        must=AtMost(5),
        how=(
            "50 slash commands a second for 20 s, beside 5,000 events/s of 50 agents in batches of"
            " ten, on the emulated Discord: from sending INTERACTION_CREATE to receiving the"
            " callback, with the inbox row durable before. They tell 20 sessions something, in"
            " turn. Halyard is a process of its own, as are the emulator and all that asks. Floor:"
            " a bare client of discord.py that keeps nothing, beside nothing."
        ),
        floor="ms, bare discord.py",
        if_missed=(
            "What is heard waits for the step that is under way and for a commit of some"
            " milliseconds, and Discord's library shares one interpreter with 5,000 events/s. The"
            " bare library, beside nothing, takes more than half of what may be."
        ),
    ),
    Figure(
        name="discord_ack_ms_p99",
        must=AtMost(100),
        how="The same commands, the slowest of a hundred. Same floor.",
        floor="ms, bare discord.py",
        if_missed="The same cause.",
    ),
    Figure(
        name="discord_burst_3000_late",
        must=AtMost(0),
        how=(
            "3,000 slash commands at once to `halyard up` in a process of its own: those that were"
            " not acknowledged within Discord's 3 s. Floor: the same of a bare client of discord.py"
            " that keeps nothing, in the emulator's own process."
        ),
        floor="late, bare discord.py",
        if_missed=(
            "The bare library, which keeps nothing, is late with almost as many on this machine:"
            " each acknowledgement takes it and the emulator more than a millisecond of processor"
            " time."
        ),
    ),
    Figure(
        name="event_to_channel_s_p95",
        must=AtMost(3),
        how=(
            "20 events a second, spread over the threads of 20 sessions, each of which makes a"
            " post: from the commit of the event to the emulator's making of the message."
        ),
    ),
    Figure(
        name="post_budget_429s",
        must=AtMost(0),
        how=(
            "Answers with status 429 in a storm of 60 s: 20 sessions with threads in one channel"
            " that hears everything each use two tools a second, and every two seconds an agent"
            " asks for permission. The emulator has the limits that people report of Discord."
        ),
    ),
    Figure(
        name="approval_behind_progress_s_max",
        must=AtMost(3),
        how=("In the same storm, from the commit of a question to its card: the longest of all."),
    ),
    Figure(
        name="slack_ack_ms_p50",
        must=AtMost(20),
        how=(
            "50 slash commands a second for 20 s, beside 5,000 events/s of 50 agents in batches of"
            " ten, on the emulated Slack in Socket Mode: from the envelope to its acknowledgement,"
            " with the inbox row durable before. They tell 20 sessions something, in turn. Halyard"
            " is a process of its own, as are the emulator and all that asks. Floor: a bare app of"
            " slack-bolt that keeps nothing, in the emulator's own process, beside nothing."
        ),
        floor="ms, bare slack-bolt",
        if_missed=(
            "As in Discord, what is heard waits for the step that is under way and for a commit,"
            " in one interpreter."
        ),
    ),
    Figure(
        name="slack_ack_ms_p99",
        must=AtMost(100),
        how="The same commands, the slowest of a hundred. Same floor.",
        floor="ms, bare slack-bolt",
        if_missed="The same cause.",
    ),
    Figure(
        name="slack_burst_1000_late",
        must=AtMost(0),
        how=(
            "1,000 slash commands at once to `halyard up` in a process of its own: those that were"
            " not acknowledged within Slack's 3 s. Floor: the same of a bare app of slack-bolt that"
            " keeps nothing, after a first command, in the emulator's own process."
        ),
        floor="late, bare slack-bolt",
    ),
    Figure(
        name="slack_update_429s",
        must=AtMost(0),
        how=(
            "Answers with status 429, of any method, in a storm of 60 s: 20 sessions, each with a"
            " live card in its thread, use two tools a second each, and every two seconds an agent"
            " asks for permission. The emulator has the limits that Slack documents, but that"
            " sockets may be opened at once."
        ),
    ),
)
