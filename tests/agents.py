"""Agents of a few lines, for what the demo agent does not do."""

from dataclasses import replace

from engine.api import Agent, AgentName, Settings

DEMO = AgentName("demo")
PROGRAM = """
import json, signal, sys, time

def send(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

def say(text):
    content = {"type": "text", "text": text}
    update = {"sessionUpdate": "agent_message_chunk", "messageId": "m", "content": content}
    send(method="session/update", params={"sessionId": "s", "update": update})

def answer(request, **result):
    send(id=request["id"], result=result)

def refuse(request, text):
    send(id=request["id"], error={"code": -32000, "message": text})

def opened(request):
    answer(request, sessionId="s")

def prompted(request):
    answer(request, stopReason="end_turn")

%s

for line in sys.stdin:
    request = json.loads(line) if line.strip() else {}
    match request.get("method"):
        case "initialize":
            answer(request, protocolVersion=1, agentCapabilities={})
        case "session/new":
            opened(request)
        case "session/prompt":
            prompted(request)
"""

REFUSING = (
    PROGRAM
    % """
def opened(request):
    refuse(request, "Log in first.")
"""
)
"""Opens no session."""
DEAF = (
    PROGRAM
    % """
signal.signal(signal.SIGTERM, signal.SIG_IGN)

def prompted(request):
    say("I do not listen.")
    time.sleep(600)
"""
)
"""Neither ends its turn nor itself when asked to."""
COUNTING = (
    PROGRAM
    % """
def prompted(request):
    seconds = float(request["params"]["prompt"][0]["text"])
    for number in range(1, int(50 * seconds) + 1):
        say(f"line {number}\\n")
        time.sleep(0.02)
    answer(request, stopReason="end_turn")
"""
)
"""Says 50 lines a second for as long as the task says, and writes nothing anywhere else."""
LEAKING = (
    PROGRAM
    % """
def prompted(request):
    secret = open("/run/secrets/key").read()
    for piece in ["It is ", *secret, ", in one ", secret, "."]:
        say(piece)
    call = {"sessionUpdate": "tool_call", "toolCallId": "1", "title": f"curl -u {secret}"}
    send(method="session/update", params={"sessionId": "s", "update": call})
    print(f"key={secret}", file=sys.stderr, flush=True)
    print(f"no message: {secret}", flush=True)
    send(method="_own/thing", params={"deep": [{"key": secret}]})
    answer(request, stopReason="end_turn")
"""
)
"""Tells its secret in every way that there is."""


def with_agent(settings: Settings, *argv: str) -> Settings:
    """Return settings whose agent is another program in the same image."""
    agent = Agent(name=DEMO, image=settings.agents[DEMO].image, argv=argv)
    return replace(settings, agents={DEMO: agent})


def with_program(settings: Settings, program: str) -> Settings:
    """Return settings whose agent is one of those above."""
    return with_agent(settings, "python3", "-c", program)
