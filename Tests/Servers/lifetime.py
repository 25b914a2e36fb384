"""What every server of the tests has: a folder, free ports, children, and an end that comes with the end of the tests.

A server says one line of JSON when it is ready. It ends when its standard input is closed, when whoever started it is gone,
or by a signal; its children end with it, even if it is killed."""
import ctypes, json, os, shutil, signal, socket, subprocess, sys, tempfile, threading, time

PR_SET_PDEATHSIG = 1


class Failure(Exception):
    pass


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Server:
    def __init__(self, name):
        self.folder = tempfile.mkdtemp(prefix="flocker-pkg-%s-" % name)
        self.children = []
        self.parent = os.getppid()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def environment(self):
        return {name: value for name, value in os.environ.items() if not name.startswith("CEPH_")}

    def run(self, *arguments, **options):
        done = subprocess.run(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120,
            env=self.environment(), **options)
        if done.returncode != 0:
            raise Failure("%s ended with %d: %s" % (arguments[0], done.returncode, done.stdout.decode(errors="replace")[-2000:]))

    def spawn(self, name, *arguments):
        libc = ctypes.CDLL(None, use_errno=True)

        def die_with_parent():
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

        with open(self.path(name + ".log"), "wb") as log:
            child = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.environment(),
                preexec_fn=die_with_parent)
        child.name = name
        self.children.append(child)

    def wait_until(self, what, check, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for child in self.children:
                if child.poll() is not None:
                    with open(self.path(child.name + ".log"), errors="replace") as log:
                        raise Failure("%s ended with %d: %s" % (child.name, child.returncode, log.read()[-2000:]))
            try:
                if check():
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise Failure("%s did not come up in %d seconds" % (what, seconds))

    def listens(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True

    def stop(self):
        for child in self.children:
            child.kill()
        for child in self.children:
            child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def serve(name, start):
    """Starts a server and stays until the end; `start` gives what the line of JSON says, and may take lines of input."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    server = Server(name)
    ended = threading.Event()

    def follow_input(take):
        for line in sys.stdin:
            if take:
                print(json.dumps(take(json.loads(line))), flush=True)
        ended.set()

    try:
        try:
            facts, take = start(server)
        except (Failure, OSError, subprocess.SubprocessError) as error:
            print(json.dumps({"error": str(error)}), flush=True)
            return
        print(json.dumps(facts), flush=True)
        threading.Thread(target=follow_input, args=[take], daemon=True).start()
        while not ended.wait(0.5) and os.getppid() == server.parent:
            pass
    finally:
        server.stop()
        os._exit(0)
