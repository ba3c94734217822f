@shop
Feature: Shop
    People buy things.

    Background:
        Given a basket

    Scenario: Buy one thing
        When I put 1 apple into it
        Then there are 1 things in it

    @slow
    Scenario: Buy many things
        When I put 3 apple into it
        And I put 4 pear into it
        Then there are 7 things in it

    @broken
    Scenario: Count wrong
        When I put 3 apple into it
        Then there are 4 things in it

    Scenario: Break a step
        When I drop it
        Then there are 0 things in it

    Scenario Outline: Buy as many as wanted
        When I put <count> <what> into it
        Then there are <total> things in it

        Examples:
            | count | what   | total |
            | 1     | apple  | 1     |
            | 2     | pear   | 2     |
            | 3     | orange | 4     |

    Scenario: No such step
        When nobody knows what to do
