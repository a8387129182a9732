"""`python -m localpay` is the command line."""

from localpay.cli import main

if __name__ == "__main__":
    main()
